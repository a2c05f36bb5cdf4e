using System.Globalization;
using RnnActors.Core.Generation;
using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Problems;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks;
using RnnActors.Data.Tasks.Tagging;
using RnnActors.Data.Trained;
using RnnActors.Runs.Trained;
using RnnActors.Tests;
using Xunit;

namespace RnnActors.Runs.Tests.Trained;

/// <summary>A row that is read step by step is answered as the row that ends there, to the bit.</summary>
public sealed class ModelSessionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("plain")]
    [InlineData("logarithm", "data.transform=log", "data.targets=[\"b\",\"a\"]", "data.scale=minMax")]
    [InlineData("quantiles", "training.loss={\"quantile\":[0.9,0.1,0.5]}")]
    [InlineData("distribution", "training.loss=studentT", "model=[{\"gru\":5,\"layers\":2},{\"dense\":\"targets\"}]")]
    public void A_forecast_goes_on_row_by_row(string name, params string[] changes)
    {
        Assert.NotEmpty(name);
        var model = TrainedModel.Load(KindRuns.Forecast(_folder, changes).Run.Folder.Path);
        ModelSession session = model.CreateSession();
        Assert.Equal(["a", "b"], session.Inputs);
        var random = new Random(2);
        double[] a = [.. Enumerable.Range(0, 20).Select(_ => 20 + (10 * random.NextDouble()))],
            b = [.. Enumerable.Range(0, 20).Select(_ => 5 + random.NextDouble())];
        foreach (int end in new[] { 8, 20 })
        {
            session.Reset();
            for (int row = end - 8; row < end; row++) _ = session.Step(a[row], b[row]);
            double[] answer = [.. session.Step(a[0], b[0])]; // one row beyond the window: as many as were read, from the same state
            Assert.All(answer, value => Assert.True(double.IsFinite(value)));

            session.Reset();
            for (int row = end - 8; row < end; row++) answer = [.. session.Step(a[row], b[row])];
            PredictionTable whole = model.Predict(new Table("recent", [new Column("a", a[..end]), new Column("b", b[..end])]), intervals: false);
            Assert.Equal(session.Outputs.Select(output =>
                whole[output.Split('+')[0]].Numbers![int.Parse(output.Split('+')[1], CultureInfo.InvariantCulture) - 1]), answer);
        }
    }

    [Fact]
    public void A_forecast_that_reads_dates_is_told_the_date_of_each_row()
    {
        var model = TrainedModel.Load(KindRuns.Forecast(_folder, "data.calendar=[\"dayOfWeek\",\"dayOfYear\"]").Run.Folder.Path);
        ModelSession session = model.CreateSession();
        Assert.True(session.ReadsTime);
        Assert.Equal(["a", "b"], session.Inputs);
        DateTime[] days = [.. Enumerable.Range(0, 8).Select(i => new DateTime(2024, 12, 28).AddDays(i))];
        double[] a = [.. days.Select((_, i) => 20 + (0.7 * i))], b = [.. days.Select((_, i) => 5 + (0.1 * i))], answer = [];
        for (int row = 0; row < days.Length; row++) answer = [.. session.Step(days[row], a[row], b[row])];
        var table = new Table("recent", [new Column("a", a), new Column("b", b)], days, "day");
        Assert.Equal(model.Predict(table, intervals: false)["a"].Numbers, answer);

        Allocations.AssertNone(() => session.Step(days[0], 21, 5));
        Assert.Contains("reads the date of a step too", Refusal(() => session.Step(21, 5).Length), StringComparison.Ordinal);
        ModelSession without = TrainedModel.Load(KindRuns.Series(_folder).Run.Folder.Path).CreateSession();
        Assert.False(without.ReadsTime);
        Assert.Contains("reads no dates", Refusal(() => without.Step(days[0], 1, 2).Length), StringComparison.Ordinal);
    }

    /// <summary>The tag of each word is that of the sentence which ends with it, whatever comes later; a word may be longer than any before.</summary>
    [Fact]
    public void A_tagger_that_reads_forward_tags_word_by_word()
    {
        var model = TrainedModel.Load(KindRuns.Tagging(_folder, "model.6.bidirectional=false").Run.Folder.Path);
        ModelSession session = model.CreateSession();
        string[] words = ["in", "new", "york", $"{new string('x', 70)}y", "rome", "now"];
        IReadOnlyList<WordTokens> read = session.Words(string.Join(' ', words));
        Assert.Equal(words, read.Select(word => word.Text));
        for (int round = 0; round < 2; round++)
        {
            session.Reset();
            for (int t = 0; t < words.Length; t++)
            {
                double[] answer = [.. session.StepWord(read[t])];
                TaggedWord whole = model.Answer<TaggingAnswer>(string.Join(' ', words[..(t + 1)]))[0].Words[^1];
                Assert.Equal((whole.Tag, whole.Probability), (session.Outputs[Array.IndexOf(answer, answer.Max())], answer.Max()));
                Assert.Equal(whole, model.Answer<TaggingAnswer>(string.Join(' ', words))[0].Words[t]);
            }
        }

        Allocations.AssertNone(() => session.StepWord(read[0]));
        Assert.Contains("Give StepWord the Words", Refusal(() => session.StepToken(1).Length), StringComparison.Ordinal);
        Assert.Contains("Give StepWord the Words", Refusal(() => session.Step(1).Length), StringComparison.Ordinal);
        ModelSession values = TrainedModel.Load(KindRuns.Series(_folder).Run.Folder.Path).CreateSession();
        Assert.Contains("Use Step or StepToken", Refusal(() => values.StepWord(read[0]).Length), StringComparison.Ordinal);
        Assert.Contains("does not read words", Refusal(() => values.Words("a")), StringComparison.Ordinal);
    }

    [Fact]
    public void Series_and_sentences_are_classified_after_each_step()
    {
        var series = TrainedModel.Load(KindRuns.Series(_folder).Run.Folder.Path);
        ModelSession session = series.CreateSession();
        foreach (float[,] wave in KindRuns.Waves(9))
        {
            session.Reset();
            double[] answer = [];
            for (int t = 0; t < wave.GetLength(0); t++) answer = [.. session.Step(wave[t, 0], wave[t, 1])];
            Assert.Equal(session.Outputs.Select(label => series.Predict(wave)[$"p({label})"].Numbers![0]), answer);
        }

        var sentences = TrainedModel.Load(KindRuns.Sentences(_folder, "[{\"embedding\":8},{\"gru\":6},{\"dense\":\"classes\"}]").Run.Folder.Path);
        session = sentences.CreateSession();
        string[] words = ["a", "bad", "unheard", "film"];
        int[] tokens = session.Tokens(string.Join(' ', words));
        for (int t = 0; t < words.Length; t++)
        {
            double[] answer = [.. session.StepToken(tokens[t])];
            PredictionTable whole = sentences.Predict(string.Join(' ', words[..(t + 1)]));
            Assert.Equal(session.Outputs.Select(label => whole[$"p({label})"].Numbers![0]), answer);
        }
    }

    [Fact]
    public void A_language_model_says_how_likely_each_token_is_to_come_next()
    {
        TrainedRun run = KindRuns.LanguageModel(_folder).Run;
        ModelSession session = TrainedModel.Load(run.Folder.Path).CreateSession();
        using var generator = new TokenGenerator(run.Model, run.Parameters().Memory, new SamplingSpec());
        foreach (int token in session.Tokens("the sky"))
        {
            generator.Feed([token]);
            double all = Softmax.LogSumExp(generator.Logits);
            double[] expected = new double[generator.Logits.Length];
            for (int i = 0; i < expected.Length; i++) expected[i] = PortableMath.Exp(generator.Logits[i] - all);
            Assert.Equal(expected, session.StepToken(token).ToArray());
        }

        Assert.Contains("s", session.Outputs);
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        ModelSession values = TrainedModel.Load(KindRuns.Forecast(_folder, "training.loss={\"quantile\":[0.9,0.1,0.5]}").Run.Folder.Path).CreateSession();
        ModelSession tokens = TrainedModel.Load(KindRuns.LanguageModel(_folder).Run.Folder.Path).CreateSession();
        Allocations.AssertNone(() => values.Step(21.5, 6.25));
        Allocations.AssertNone(() => tokens.StepToken(3));
    }

    [Fact]
    public void Many_sessions_at_once_do_not_hear_of_each_other_and_a_state_can_be_kept()
    {
        var model = TrainedModel.Load(KindRuns.Series(_folder).Run.Folder.Path);
        float[][,] waves = KindRuns.Waves(32);
        double[][] expected = [.. waves.Select(wave => Last(model.CreateSession(), wave, 0))], answers = new double[waves.Length][];
        Parallel.For(0, waves.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i => answers[i] = Last(model.CreateSession(), waves[i], 0));
        Assert.Equal(expected, answers);

        ModelSession first = model.CreateSession(), second = model.CreateSession();
        _ = first.Step(waves[5][0, 0], waves[5][0, 1]);
        float[] state = first.State.ToArray();
        _ = first.Step(-5, 90);
        second.Restore(state);
        Assert.Equal(expected[5], Last(second, waves[5], 1));

        static double[] Last(ModelSession session, float[,] wave, int first)
        {
            double[] answer = [];
            for (int t = first; t < wave.GetLength(0); t++) answer = [.. session.Step(wave[t, 0], wave[t, 1])];
            return answer;
        }
    }

    [Fact]
    public void What_reads_rows_as_a_whole_says_so()
    {
        foreach (string kind in new[] { "translate", "transcribe" })
            Assert.Contains("reads a row as a whole", Refusal(() => TrainedModel.Load(KindRuns.Of(kind, _folder).First().Run.Folder.Path).CreateSession()),
                StringComparison.Ordinal);
        Assert.Contains("reads backward too", Refusal(() => TrainedModel.Load(KindRuns.Of("tag", _folder).First().Run.Folder.Path).CreateSession()),
            StringComparison.Ordinal);
        Assert.EndsWith(
            "the layer 'gru' reads backward too, the layer 'pooling' looks at all steps of a row, so the model cannot answer step by step. "
            + "Give it whole rows, or train a model with \"bidirectional\": false in 'gru' and \"last\" as 'pooling'.",
            Refusal(() => TrainedModel.Load(KindRuns.Sentences(_folder).Run.Folder.Path).CreateSession()), StringComparison.Ordinal);
        foreach ((string change, string why) in new[]
            {
                ("data.normalize=last", "data.normalize"), ("data.relativeTo=last", "data.relativeTo"), ("data.lags=[2]", "lags"),
            })
        {
            using var folder = new TemporaryFolder();
            Assert.Contains(why, Refusal(() => TrainedModel.Load(KindRuns.Forecast(folder, change).Run.Folder.Path).CreateSession()), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_step_that_cannot_be_read_is_refused_and_changes_nothing()
    {
        ModelSession values = TrainedModel.Load(KindRuns.Forecast(_folder).Run.Folder.Path).CreateSession();
        double[] before = [.. values.Step(21.5, 6.25)];
        Assert.Contains("a step has 1 values, but the network reads 2: a, b", Refusal(() => values.Step(1).Length), StringComparison.Ordinal);
        Assert.Contains("the value NaN of 'b' cannot be used", Refusal(() => values.Step(21.5, double.NaN).Length), StringComparison.Ordinal);
        Assert.Contains("reads values, not tokens", Refusal(() => values.StepToken(1).Length), StringComparison.Ordinal);
        Assert.Contains("reads values, not texts", Refusal(() => values.Tokens("a")), StringComparison.Ordinal);
        values.Reset();
        Assert.Equal(before, values.Step(21.5, 6.25).ToArray());
    }

    private static string Refusal(Func<object> asked) => Assert.Throws<InvalidInputException>(asked).Message;
}
