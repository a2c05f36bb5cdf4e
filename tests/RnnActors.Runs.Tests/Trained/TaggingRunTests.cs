using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Reports;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Trained;
using Xunit;

namespace RnnActors.Runs.Tests.Trained;

/// <summary>A language whose words nobody has seen before, but whose endings tell what they are: -a nouns, -o verbs, -i adjectives.</summary>
public sealed class TaggingRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _sentences;

    public TaggingRunTests()
    {
        var random = new Random(6);
        string Word(string ending) => string.Concat(Enumerable.Range(0, random.Next(2, 5)).Select(_ => "bdfgklmnprst"[random.Next(12)])) + ending;
        (string Ending, string Tag)[] kinds = [("a", "NOUN"), ("o", "VERB"), ("i", "ADJ")];
        _sentences = _folder.Write("words.conll",
            string.Concat(Enumerable.Range(0, 160).Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ =>
        {
            (string ending, string tag) = kinds[random.Next(3)];
            return $"{Word(ending)}\t{tag}\n";
        })) + "\n")));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Unknown_words_are_tagged_by_their_spelling_to_the_same_bits_on_any_number_of_workers_and_after_a_stop()
    {
        var specification = RunSpecification.ForDataFile(_sentences).With(
        [
            "data.split={\"test\":0.25}", "training.batch=16", "training.epochs=12", "training.optimizer.adam.learningRate=0.01",
            "model.0.embedding=8", "model.1.embedding=8", "model.2.gru=12", "model.5.dropout=0.1", "model.6.lstm=8", "model.7.dropout=0.1",
        ]);
        RunReport one = (await TrainAsync("one", specification, 1))!;
        Assert.Equal(one.ParameterHash, (await TrainAsync("five", specification, 5))!.ParameterHash);
        await TrainAsync("part", specification, 2, maxSteps: 21);
        Assert.Equal(one.ParameterHash, (await new TrainingSession(Resumption.Prepare(TrainedRun.Open(_folder.File("part")))).ResumeAsync())!.ParameterHash);

        Score score = one.Score!;
        Assert.InRange(score.Metrics["rare_accuracy"], 0.9, 1);
        Assert.Equal("most_frequent_tag", Assert.Single(score.Baselines).Key);
        Assert.InRange(score.Baselines[0].Metrics["rare_accuracy"], 0, 0.6);

        var trained = TrainedRun.Open(_folder.File("one"));
        PredictionTable typed = trained.Predict(["zuzka blorto", "grinti"]);
        Assert.Equal(["sentence", "word", "tag", "probability"], typed.Columns.Select(column => column.Name));
        Assert.Equal(["1 zuzka NOUN", "1 blorto VERB", "2 grinti ADJ"],
            Enumerable.Range(0, 3).Select(row => string.Join(' ', typed.Columns.Take(3).Select(column => column.Cells[row]))));
        Assert.Equal(typed.Columns[2].Cells, trained.Predict(_folder.Write("more.txt", "zuzka blorto\ngrinti\n")).Columns[2].Cells);
        Assert.Equal(score.Metrics, trained.Evaluate().Metrics);
    }

    [Fact]
    public async Task Spans_are_measured_where_tags_are_of_that_form_and_untagged_files_are_tagged()
    {
        string names = _folder.Write("names.conll",
            string.Concat(Enumerable.Range(0, 60).Select(i => $"in O\n{(i % 2 == 0 ? "new B-LOC\nyork I-LOC" : "rome B-LOC")}\nnow O\n\n")));
        var specification = RunSpecification.ForDataFile(names)
            .With(["training.batch=16", "training.epochs=25", "model.6.lstm=8", "training.optimizer.adam.learningRate=0.02"]);
        RunReport report = (await TrainAsync("names", specification, 2))!;
        Assert.Equal((1, "span_f1"), (report.Score!.Metrics["span_f1"], report.Score.DecidingMetric));
        PredictionTable tagged = TrainedRun.Open(_folder.File("names")).Predict(_folder.Write("untagged.conll", "in\nnew\nyork\n\n"));
        Assert.Equal(["O", "B-LOC", "I-LOC"], tagged.Columns[2].Cells);
    }

    private async Task<RunReport?> TrainAsync(string folder, RunSpecification specification, int threads, long? maxSteps = null) =>
        await new TrainingSession(new RunOverview(PreparedRun.Create(folder, specification, maxSteps),
            new RunFolder(_folder.File(folder)))
        { Offered = threads }).TrainNewAsync();
}
