using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Reports;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Trained;
using Xunit;

namespace RnnActors.Runs.Tests.Trained;

/// <summary>A language in which each word has another letter before it, and sentences run backwards.</summary>
public sealed class TranslationRunTests : IDisposable
{
    private static readonly string[] Small =
    [
        "model={\"encoder\":[{\"embedding\":12},{\"gru\":16,\"bidirectional\":true}],\"decoder\":[{\"embedding\":12},{\"gru\":24}],\"attention\":\"general\"}",
        "training.batch=16", "training.epochs=25", "training.optimizer.adam.learningRate=0.02", "data.minCount=1", "data.split={\"test\":\"group % 8 == 0\"}",
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly string _pairs;

    public TranslationRunTests()
    {
        var random = new Random(5);
        string[] words = ["red", "green", "blue", "grey"];
        _pairs = _folder.Write("pairs.txt", string.Concat(Enumerable.Range(0, 240).Select(_ =>
        {
            string[] source = [.. Enumerable.Range(0, random.Next(2, 5)).Select(_ => words[random.Next(words.Length)])];
            return $"{string.Join(' ', source)}\t{string.Join(' ', source.Reverse().Select(word => "x" + word))} .\n";
        })));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_learns_to_the_same_bits_on_any_number_of_workers_and_after_a_stop_and_beats_the_nearest_sentence()
    {
        var specification = RunSpecification.ForDataFile(_pairs).With(Small);
        RunReport one = (await TrainAsync("one", specification, 1))!;
        Assert.Equal(one.ParameterHash, (await TrainAsync("five", specification, 5))!.ParameterHash);
        await TrainAsync("part", specification, 2, maxSteps: 33);
        var resumed = await new TrainingSession(Resumption.Prepare(TrainedRun.Open(_folder.File("part")))).ResumeAsync();
        Assert.Equal(one.ParameterHash, resumed!.ParameterHash);

        Score score = one.Score!;
        Assert.Equal("nearest_sentence", Assert.Single(score.Baselines).Key);
        Assert.False(score.IsBeaten, $"BLEU {score.Metrics["bleu"]} beside {score.Baselines[0].Metrics["bleu"]}");
        Assert.InRange(score.Metrics["bleu"], 90, 100.001);
        Assert.NotNull(score.Heatmap);

        var trained = TrainedRun.Open(_folder.File("one"));
        PredictionTable typed = trained.Predict(["red green blue", "grey grey"]);
        Assert.Equal(["xblue xgreen xred .", "xgrey xgrey ."], typed.Columns[1].Cells);
        Assert.Equal(typed.Columns[1].Cells, trained.Predict(_folder.Write("more.txt", "red green blue\ngrey grey\n")).Columns[1].Cells);
        Assert.Equal(score.Metrics, trained.Evaluate().Metrics);
    }

    /// <summary>A network with random weights says anything; the tokens that begin and end a sentence, and that of unknown words, are no words.</summary>
    [Fact]
    public void An_untrained_network_prints_no_special_token()
    {
        var specification = RunSpecification.ForDataFile(_pairs, ["data.minCount=1"], "translate").With(Small);
        var prepared = PreparedRun.Create("random", specification);
        string[] sentences = [.. Enumerable.Range(0, 40).Select(i => $"red {(i % 2 == 0 ? "unheard" : "green")} blue {i % 7}")];
        List<string> said = [];
        for (int seed = 1; seed <= 8; seed++)
        {
            var parameters = prepared.Model.CreateParameters(3);
            var random = new Random(seed);
            foreach (var slot in prepared.Model.Layout.Slots)
                foreach (ref float value in parameters.Span.Slice(slot.Offset, slot.Length)) value = (float)((random.NextDouble() - 0.5) * 4);
            TrainedRun run = ImportedRun.Write(new RunFolder(_folder.File($"random{seed}")), prepared, parameters.Memory);
            said.AddRange(run.Predict(sentences).Columns[1].Cells);
        }

        Assert.Contains(said, text => text.Length > 0);
        Assert.All(said, text => Assert.DoesNotContain('<', text));
    }

    [Fact]
    public async Task It_translates_in_parts_of_words_and_joins_them()
    {
        var specification = RunSpecification.ForDataFile(_pairs).With([.. Small, "data.unit=bytePairs", "data.vocabulary=40"]);
        RunReport one = (await TrainAsync("one", specification, 1))!;
        Assert.Equal(one.ParameterHash, (await TrainAsync("five", specification, 5))!.ParameterHash);
        PredictionTable typed = TrainedRun.Open(_folder.File("one")).Predict(["red green blue", "grey grey"]);
        Assert.Equal(["xblue xgreen xred .", "xgrey xgrey ."], typed.Columns[1].Cells);
    }

    [Fact]
    public async Task Scheduled_sampling_gives_the_same_bits_on_any_number_of_workers_and_after_a_stop()
    {
        string[] sampled = ["training.epochs=3", "training.teacherForcing={\"final\":0.5,\"steps\":20,\"delaySteps\":5}"];
        var specification = RunSpecification.ForDataFile(_pairs).With([.. Small, .. sampled]);
        RunReport one = (await TrainAsync("one", specification, 1))!;
        Assert.Equal(one.ParameterHash, (await TrainAsync("five", specification, 5))!.ParameterHash);
        await TrainAsync("part", specification, 2, maxSteps: 17);
        Assert.Equal(one.ParameterHash, (await new TrainingSession(Resumption.Prepare(TrainedRun.Open(_folder.File("part")))).ResumeAsync())!.ParameterHash);
        Assert.NotEqual(one.ParameterHash, (await TrainAsync("plain", RunSpecification.ForDataFile(_pairs).With([.. Small, sampled[0]]), 1))!.ParameterHash);
    }

    private async Task<RunReport?> TrainAsync(string folder, RunSpecification specification, int threads, long? maxSteps = null) =>
        await new TrainingSession(new RunOverview(PreparedRun.Create(folder, specification, maxSteps),
            new RunFolder(_folder.File(folder)))
        { Offered = threads }).TrainNewAsync();
}
