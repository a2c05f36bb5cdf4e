using RnnActors.Core.Problems;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;
using RnnActors.Data.Tasks.Classification;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Reports;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Trained;
using Xunit;

namespace RnnActors.Runs.Tests.Trained;

/// <summary>Sentences whose label is a rule that single words do not tell: whether "not" stands before "good".</summary>
public sealed class ClassificationRunTests : IDisposable
{
    private static readonly string[] Small =
    [
        "data.split.test=\"line % 5 == 0\"",
        "model=[{\"embedding\":8},{\"gru\":8,\"bidirectional\":true,\"returnSequences\":true},{\"pooling\":\"max\"},{\"dense\":\"classes\"}]",
        "training.batch=16", "training.epochs=6", "training.optimizer.adam.learningRate=0.02", "training.earlyStopping=null",
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly string _sentences;

    public ClassificationRunTests()
    {
        var random = new Random(3);
        string[] words = ["the", "film", "story", "cast", "music"];
        string Noise() => string.Join(' ', Enumerable.Range(0, random.Next(0, 4)).Select(_ => words[random.Next(words.Length)]));
        _sentences = _folder.Write("films.tsv", "sentence\tsentiment\n" + string.Concat(Enumerable.Range(0, 300).Select(i =>
            $"{Noise()} {(i % 2 == 0 ? "not good , bad" : "not bad , good")} {Noise()} .\t{(i % 2 == 0 ? "negative" : "positive")}\n")));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_learns_what_single_words_do_not_tell_to_the_same_bits_on_any_number_of_workers_and_after_a_stop()
    {
        var specification = RunSpecification.ForDataFile(_sentences).With(Small);
        RunReport one = (await TrainAsync("one", specification, 1))!;
        RunReport five = (await TrainAsync("five", specification, 5))!;
        Assert.Equal(one.ParameterHash, five.ParameterHash);
        await TrainAsync("part", specification, 2, maxSteps: 17);
        var resumed = await new TrainingSession(Resumption.Prepare(TrainedRun.Open(_folder.File("part")))).ResumeAsync();
        Assert.Equal(one.ParameterHash, resumed!.ParameterHash);

        Score score = one.Score!;
        Assert.Equal(1, score.Metrics["accuracy"]);
        Assert.Equal(["majority", "naive_bayes"], score.Baselines.Select(rival => rival.Key));
        Assert.InRange(score.Baselines[1].Metrics["accuracy"], 0.3, 0.7);
        Assert.Equal(60, score.Heatmap!.Values.Cast<double>().Sum());
        Assert.Equal(60, score.Breakdown.Sum(label => label.Metrics["support"]));
        Assert.Null(score.Examples);
        Assert.Equal(score.Metrics, TrainedRun.Open(_folder.File("one")).Evaluate().Metrics);
    }

    [Fact]
    public async Task It_labels_texts_and_files_and_tells_how_sure_it_is()
    {
        await TrainAsync("run", RunSpecification.ForDataFile(_sentences).With(Small), 2);
        var trained = TrainedRun.Open(_folder.File("run"));
        PredictionTable typed = trained.Predict(["not good , bad", "the cast not bad , good"]);
        Assert.Equal(["sentence", "sentiment", "probability", "p(negative)", "p(positive)"], typed.Columns.Select(column => column.Name));
        Assert.Equal(["negative", "positive"], typed.Columns[1].Cells);
        for (int row = 0; row < 2; row++) Assert.Equal(1, typed.Columns[3].Numbers![row] + typed.Columns[4].Numbers![row], 1e-6);
        Assert.Equal(typed.ToCsv(), trained.Predict(_folder.Write("more.txt", "not good , bad\nthe cast not bad , good\n")).ToCsv());
        Assert.Equal(typed.Columns[1].Cells,
            trained.Predict(_folder.Write("more.csv", "id,sentence\n1,\"not good , bad\"\n2,\"the cast not bad , good\"\n")).Columns[1].Cells);
        Assert.Contains("the text:2: the sentence is empty", Assert.Throws<InvalidInputException>(() => trained.Predict(["a", " "])).Message,
            StringComparison.Ordinal);
        Assert.Equal(300, trained.Evaluate(_sentences).Heatmap!.Values.Cast<double>().Sum());
    }

    [Fact]
    public async Task An_embedding_starts_with_vectors_that_were_trained_before_and_keeps_them_where_it_is_frozen()
    {
        string vectors = _folder.Write("vectors.txt", "good 1 2 3 4 5 6 7 8\nbad -1 -2 -3 -4 -5 -6 -7 -8\n");
        string frozen = Small[1].Replace("{\"embedding\":8}", "{\"embedding\":8,\"trainable\":false}", StringComparison.Ordinal);
        var specification = RunSpecification.ForDataFile(_sentences)
            .With([.. Small, frozen, $"data.vectors=\"{vectors.Replace("\\", "/", StringComparison.Ordinal)}\"", "training.epochs=1"]);
        var prepared = PreparedRun.Create("vectors", specification);
        var slot = prepared.Model.Layout.Slots[0];
        int good = ((ClassificationTask)prepared.Task).PretrainedVectors!.Vectors.Values.Index().First(vector => vector.Item is [> 0, ..]).Index;
        Assert.Contains("2 of ", prepared.Task.Notes[^1], StringComparison.Ordinal);
        RunReport report = (await new TrainingSession(new RunOverview(prepared, new RunFolder(_folder.File("vectors")))).TrainNewAsync())!;
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], TrainedRun.Open(_folder.File("vectors")).Parameters().Span.Slice(slot.Offset + (good * 8), 8).ToArray());
        Assert.NotEqual(report.ParameterHash, (await TrainAsync("none", specification.With(["data.vectors=null"]), 2))!.ParameterHash);
        Assert.Contains(
            "the vectors have 8 values, but the embedding has 9 units. Set model.0.embedding=8",
            Assert.Throws<InvalidInputException>(() => PreparedRun.Create("x", specification.With(["model.0.embedding=9"]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_of_words_beside_a_recurrent_layer_train_to_the_same_bits_from_what_naive_bayes_knows()
    {
        const string Wide = "model=[{\"embedding\":2,\"name\":\"bayes\"},{\"dropout\":0.2},{\"pooling\":\"sum\",\"name\":\"wide\"},"
            + "{\"embedding\":8,\"reads\":[\"input\"]},{\"gru\":8,\"returnSequences\":true},{\"pooling\":\"max\",\"name\":\"deep\"},"
            + "{\"concatenate\":true,\"reads\":[\"wide\",\"deep\"]},{\"dense\":\"classes\"}]";
        var specification = RunSpecification.ForDataFile(_sentences).With([.. Small, Wide, "data.ngrams=2", "data.naiveBayes=true", "training.epochs=2"]);
        var prepared = PreparedRun.Create("wide", specification);
        var vectors = ((ClassificationTask)prepared.Task).PretrainedVectors!.Vectors.Values;
        var slot = prepared.Model.Layout["bayes.weight"];
        Assert.Equal(vectors.SelectMany(vector => vector!), prepared.Job.Start!.Parameters.Span.Slice(slot.Offset, slot.Length).ToArray());

        RunReport one = (await TrainAsync("one", specification, 1))!;
        Assert.Equal(one.ParameterHash, (await TrainAsync("five", specification, 5))!.ParameterHash);
        await TrainAsync("part", specification, 2, maxSteps: 9);
        var resumed = await new TrainingSession(Resumption.Prepare(TrainedRun.Open(_folder.File("part")))).ResumeAsync();
        Assert.Equal(one.ParameterHash, resumed!.ParameterHash);
        Assert.Equal("naive Bayes (over words, and up to 2 in a row)", one.Score!.Baselines[1].Name);
        Assert.InRange(one.Score.Baselines[1].Metrics["accuracy"], 0.95, 1); // two words in a row tell it
        Assert.InRange(one.Score.Metrics["accuracy"], 0.95, 1);
        Assert.Equal(["negative"], TrainedRun.Open(_folder.File("one")).Predict(["not good , bad"]).Columns[1].Cells);
        Assert.Contains(
            "the vectors have 2 values, but the embedding has 8 units. Set model.0.embedding=2",
            Assert.Throws<InvalidInputException>(() => PreparedRun.Create("x", specification.With([Small[1]]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folds_test_every_example_once_and_go_on_where_they_were_stopped()
    {
        var specification = RunSpecification.ForDataFile(_sentences).With([.. Small, "training.epochs=1"]);
        FoldReport whole = (await new CrossValidation("films", specification, new RunFolder(_folder.File("whole")), 3).RunAsync(_ => new Unwatched()))!;
        Assert.Equal(300, whole.Folds.Sum(fold => fold.Score!.Heatmap!.Values.Cast<double>().Sum()));
        Assert.Equal(whole.Folds.Average(fold => fold.Score!.Metrics["accuracy"]), whole.Mean["accuracy"], 1e-12);
        double mean = whole.Mean["accuracy"];
        Assert.Equal(Math.Sqrt(whole.Folds.Sum(fold => Math.Pow(fold.Score!.Metrics["accuracy"] - mean, 2)) / 2), whole.Deviation["accuracy"], 1e-12);

        using var stop = new CancellationTokenSource();
        Assert.Null(await new CrossValidation("films", specification, new RunFolder(_folder.File("part")), 3)
            .RunAsync(fold => new Unwatched { Stop = fold == 1 ? stop : null }, stop.Token));
        FoldReport resumed = (await new CrossValidation("films", specification, new RunFolder(_folder.File("part")), 3).RunAsync(_ => new Unwatched()))!;
        Assert.Equal(whole.Folds.Select(fold => fold.ParameterHash), resumed.Folds.Select(fold => fold.ParameterHash));
        Assert.True(resumed.Folds[0].WasFinished);

        var other = new CrossValidation("films", specification.With(["training.seed=9"]), new RunFolder(_folder.File("whole")), 3);
        Assert.Contains("holds another run", (await Assert.ThrowsAsync<InvalidInputException>(() => other.RunAsync(_ => new Unwatched()))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "a language model is not cross-validated",
            Assert.Throws<InvalidInputException>(() =>
            new CrossValidation("x", RunSpecification.ForDataFile(_folder.Write("a.txt", "abc")), new RunFolder(_folder.Path), 3)).Message,
            StringComparison.Ordinal);
    }

    private async Task<RunReport?> TrainAsync(string folder, RunSpecification specification, int threads, long? maxSteps = null) =>
        await new TrainingSession(new RunOverview(PreparedRun.Create(folder, specification, maxSteps),
            new RunFolder(_folder.File(folder)))
        { Offered = threads }).TrainNewAsync();

    private sealed class Unwatched : IRunView
    {
        /// <summary>Cancelled when the run begins.</summary>
        public CancellationTokenSource? Stop { get; init; }

        public void Started(RunOverview run) => Stop?.Cancel();
    }
}
