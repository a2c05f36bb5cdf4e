using System.Globalization;
using System.Text;
using System.Text.Json;
using RnnActors.Data.Sound;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;
using RnnActors.Interop.Onnx;
using RnnActors.Interop.Onnx.Files;
using RnnActors.Runs.Trained;
using Xunit;

namespace RnnActors.Interop.Tests.Onnx;

/// <summary>Every kind of task in ONNX Runtime answers as <c>predict</c> does.</summary>
public sealed class TaskExportTests : IDisposable
{
    private const double Tolerance = 1e-5;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>So that a task that comes later is exported and tested too. Forecasts have <see cref="ForecastExportTests"/>.</summary>
    [Fact]
    public void Every_kind_of_task_has_its_test() =>
        Assert.Equal(["forecast", "language-model", "classify", "translate", "transcribe", "tag"], TaskKinds.All.Select(kind => kind.Name));

    [Fact]
    public void A_language_model_goes_on_with_the_states_that_it_is_fed()
    {
        string text = _folder.Write("text.txt", string.Concat(Enumerable.Repeat("the quick brown fox jumps over the lazy dog.\n", 30)));
        TrainedRun run = RandomRuns.Create(_folder, "run", text, "language-model",
            "model=[{\"embedding\":6},{\"lstm\":8,\"layers\":2},{\"dense\":\"vocabulary\"}]", "training.batch=4", "training.shards=2");
        OnnxFile file = OnnxExport.Create(run.Export())[0];
        Assert.Equal(["input"], file.Inputs);
        Assert.Equal(["lstm.hn", "lstm.cn", "output", "probabilities"], file.Outputs);
        using var session = new OnnxSession(file);
        Assert.Equal(run.Model.Output.Features, Names(session, "input_vocabulary").Length);
        var network = new NetworkCase(run.Model, run.Parameters(), isRagged: false);
        var random = new Random(2);
        foreach (int batch in new[] { 1, 7, 64 })
        {
            float[]? ours = null;
            (string, Array, int[])[] states = [];
            for (int call = 0; call < 3; call++)
            {
                NetworkRows rows = network.Rows(batch, [random.Next(1, 12)], random);
                (double[] expected, ours) = network.Ours(rows, ours);
                (double[] actual, var all) = network.Theirs(session, rows, states);
                NetworkCase.AssertSame(expected, actual, Tolerance, "language model");
                states = [.. new[] { "lstm.h", "lstm.c" }.Select(name =>
                    (name + "0", (Array)all[name + "n"].Values.Select(value => (float)value).ToArray(), all[name + "n"].Shape))];
            }
        }
    }

    [Fact]
    public void A_classifier_of_sentences_is_as_sure_of_its_labels()
    {
        string file = _folder.Write("films.tsv",
            "sentence\tsentiment\n"
            + string.Concat(Enumerable.Range(0, 40).Select(i => $"a {(i % 2 == 0 ? "good" : "bad")} film {i % 5}\t{(i % 2 == 0 ? "pro" : "con")}\n")));
        TrainedRun run = RandomRuns.Create(
            _folder, "run", file, "classify", "data.split.test=\"line % 5 == 0\"",
            "model=[{\"embedding\":8},{\"gru\":6,\"bidirectional\":true,\"returnSequences\":true},{\"pooling\":\"mean\"},{\"dense\":\"classes\"}]");
        using var session = new OnnxSession(OnnxExport.Create(run.Export())[0]);
        string[] words = Names(session, "input_vocabulary"), labels = Names(session, "outputs");
        foreach (int batch in new[] { 1, 7, 64 })
        {
            string[] texts = [.. Enumerable.Range(0, batch).Select(i =>
                string.Join(' ', Enumerable.Range(0, 1 + (i % 6)).Select(k => (i + k) % 4 == 0 ? "film" : (i * k) % 3 == 0 ? "good" : "unheard")))];
            (long[] tokens, long[] lengths, int steps) = Padded([.. texts.Select(text => text.Split(' ').Select(word => NumberOf(words, word)).ToArray())]);
            PredictionTable table = run.Predict(texts);
            var results = session.Run(("input", tokens, [batch, steps]), ("lengths", lengths, [batch]));
            double[] expected = [.. Enumerable.Range(0, batch)
                .SelectMany(row => labels.Select(label => table.Columns.First(column => column.Name == $"p({label})").Numbers![row]))];
            NetworkCase.AssertSame(expected, results["probabilities"].Values, Tolerance, "classify");
        }
    }

    [Fact]
    public void A_classifier_of_series_scales_them_itself()
    {
        var random = new Random(3);
        double[][] series = [.. Enumerable.Range(0, 71)
            .Select(i => Enumerable.Range(0, 3 + (i % 7)).Select(_ => Math.Round((random.NextDouble() * 100) - 20, 3)).ToArray())];
        string Of(int first, int count) =>
            "@problemName waves\n@timeStamps false\n@missing false\n@univariate true\n@equalLength false\n@classLabel true up down\n@data\n"
            + string.Concat(Enumerable.Range(first, count)
                .Select(i => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{string.Join(',', series[i].Select(value => FormattableString.Invariant($"{value}")))}"
                    + $":{(i % 2 == 0 ? "up" : "down")}\n")));
        TrainedRun run = RandomRuns.Create(
            _folder, "run", _folder.Write("waves.ts", Of(0, 40)), "classify", "data.split={\"test\":0.25}", "model=[{\"lstm\":6},{\"dense\":\"classes\"}]");
        using var session = new OnnxSession(OnnxExport.Create(run.Export())[0]);
        string[] labels = Names(session, "outputs");
        foreach ((int first, int count) in new[] { (3, 1), (20, 7), (5, 64) })
        {
            PredictionTable table = run.Predict(_folder.Write("some.ts", Of(first, count)));
            double[][] own = series[first..(first + count)];
            int steps = own.Max(one => one.Length);
            float[] values = [.. own.SelectMany(one => one.Select(value => (float)value).Concat(new float[steps - one.Length]))];
            var results = session.Run(("input", values, [count, steps, 1]), ("lengths", own.Select(one => (long)one.Length).ToArray(), [count]));
            double[] expected = [.. Enumerable.Range(0, count)
                .SelectMany(row => labels.Select(label => table.Columns.First(column => column.Name == $"p({label})").Numbers![row]))];
            NetworkCase.AssertSame(expected, results["probabilities"].Values, Tolerance, "series");
        }
    }

    [Fact]
    public void A_tagger_reads_words_and_their_spelling()
    {
        string file = _folder.Write("words.conll",
            string.Concat(Enumerable.Range(0, 30).Select(i => $"in O\n{(i % 2 == 0 ? "new B-LOC\nyork I-LOC" : "rome B-LOC")}\nnow O\n\n")));
        TrainedRun run = RandomRuns.Create(_folder, "run", file, "tag", "data.split={\"test\":0.2}", "data.minCount=1", "model.6.lstm=7", "model.2.gru=5",
            "model.0.embedding=6", "model.1.embedding=4");
        using var session = new OnnxSession(OnnxExport.Create(run.Export())[0]);
        string[] words = Names(session, "words_vocabulary"), characters = Names(session, "characters_vocabulary"), tags = Names(session, "outputs");
        foreach (int batch in new[] { 1, 7, 64 })
        {
            string[][] sentences = [.. Enumerable.Range(0, batch)
                .Select(i => Enumerable.Range(0, 1 + (i % 5)).Select(k => new[] { "in", "rome", "xyz", "new", "a" }[((i * 3) + k) % 5]).ToArray())];
            (long[] wordTokens, long[] wordLengths, int wordSteps) =
                Padded([.. sentences.Select(sentence => sentence.Select(word => NumberOf(words, word)).ToArray())]);
            (long[] tokens, long[] lengths, int steps) = Padded([.. sentences.Select(sentence =>
                sentence.SelectMany(word => word.Select(letter => NumberOf(characters, $"{letter}")).Append(NumberOf(characters, session.Metadata["word_end"])))
                    .ToArray())]);
            PredictionTable table = run.Predict([.. sentences.Select(sentence => string.Join(' ', sentence))]);
            var results = session.Run(
                ("words", wordTokens, [batch, wordSteps]), ("words_lengths", wordLengths, [batch]), ("characters", tokens, [batch, steps]),
                ("characters_lengths", lengths, [batch]));
            double[][] all = [.. results["probabilities"].Values.Chunk(tags.Length)];
            double[][] there = [.. sentences.SelectMany((sentence, row) => Enumerable.Range(0, sentence.Length).Select(t => all[(row * wordSteps) + t]))];
            Assert.Equal(table.Columns[2].Cells, there.Select(own => tags[own.IndexOf(own.Max())]));
            NetworkCase.AssertSame([.. table.Columns[3].Numbers!], [.. there.Select(own => own.Max())], Tolerance, "tag");
        }
    }

    [Fact]
    public void A_transcriber_reads_features_that_are_not_scaled()
    {
        Directory.CreateDirectory(_folder.File("words"));
        var random = new Random(4);
        for (int i = 0; i < 12; i++)
            WriteWav(_folder.File($"words/{"abc"[i % 3]}{"cab"[i % 3]}_x_{i}.wav"),
                [.. Enumerable.Range(0, 900 + (i * 150)).Select(at => (float)((0.3 * Math.Sin(at * 0.4 * (1 + (i % 3)))) + (0.05 * random.NextDouble())))]);
        TrainedRun run = RandomRuns.Create(
            _folder, "run", _folder.File("words"), "transcribe", "data.split={\"test\":\"take % 4 == 0\"}",
            "data.features={\"mfcc\":0,\"mels\":12,\"deltas\":0}", "data.augment=null", "data.beamWidth=1",
            "model=[{\"gru\":6,\"bidirectional\":true},{\"dense\":\"symbols\"}]");
        using var session = new OnnxSession(OnnxExport.Create(run.Export())[0]);
        string[] symbols = Names(session, "outputs");
        Assert.Equal(session.Metadata["blank"], symbols[0]);
        PredictionTable table = run.Predict(_folder.File("words"));
        int rate = int.Parse(session.Metadata["rate"], System.Globalization.CultureInfo.InvariantCulture);
        var spec = FeatureSpec.Format.Read(Core.Specifications.SourceParser.Parse(session.Metadata["features"], "features"));
        float[][,] features = [.. table.Columns[0].Cells.Select(name =>
            new FeatureExtractor(spec, rate).Of(WavFile.Read(_folder.File($"words/{Path.GetFileName(name)}"), name, rate)))];
        int steps = features.Max(one => one.GetLength(0)), width = spec.Width;
        float[] values = new float[features.Length * steps * width];
        for (int row = 0; row < features.Length; row++) features[row].Cast<float>().ToArray().CopyTo(values, row * steps * width);
        var results = session.Run(("input", values, [features.Length, steps, width]),
            ("lengths", features.Select(one => (long)one.GetLength(0)).ToArray(), [features.Length]));
        double[][] frames = [.. results["log_probabilities"].Values.Chunk(symbols.Length)];
        double[] best = [.. features.Select((one, row) => frames.Skip(row * steps).Take(one.GetLength(0)).Sum(frame => frame.Max()))];
        NetworkCase.AssertSame([.. table.Columns[2].Numbers!], best, Tolerance, "transcribe");
    }

    [Theory]
    [InlineData("general", "gru")]
    [InlineData("additive", "lstm")]
    [InlineData("dot", "lstm")]
    public void An_encoder_and_a_decoder_write_the_same_translation_step_by_step(string attention, string cell)
    {
        string file = _folder.Write("pairs.txt",
            string.Concat(Enumerable.Range(0, 60).Select(i => $"red {(i % 2 == 0 ? "green" : "blue")} grey\txred {(i % 3 == 0 ? "xgreen" : "xblue")} .\n")));
        TrainedRun run = RandomRuns.Create(
            _folder, "run", file, "translate", "data.minCount=1", "data.beamWidth=1", "data.maxLength=8", "data.split={\"test\":\"group % 8 == 0\"}",
            $"model={{\"encoder\":[{{\"embedding\":6}},{{\"{cell}\":5,\"bidirectional\":true}}],"
            + $"\"decoder\":[{{\"embedding\":7}},{{\"{cell}\":10}}],\"attention\":\"{attention}\"}}");
        IReadOnlyList<OnnxFile> files = OnnxExport.Create(run.Export());
        Assert.Equal(["encoder", "decoder"], files.Select(one => one.Part));
        Assert.Equal([], files[1].Inputs.Except(files[0].Outputs).Except(["target", "source_lengths"]));
        using OnnxSession encoder = new(files[0]), decoder = new(files[1]);
        string[] source = Names(encoder, "source_vocabulary"), target = Names(encoder, "target_vocabulary");
        int begin = Array.IndexOf(target, "<s>"), end = Array.IndexOf(target, "</s>"), unknown = Array.IndexOf(target, "<unk>");
        foreach (int batch in new[] { 1, 7, 64 })
        {
            string[] texts = [.. Enumerable.Range(0, batch)
                .Select(i => string.Join(' ', Enumerable.Range(0, 1 + (i % 4)).Select(k => new[] { "red", "green", "grey" }[(i + k) % 3])))];
            (long[] tokens, long[] lengths, int steps) = Padded([.. texts.Select(text => text.Split(' ').Select(word => NumberOf(source, word)).ToArray())]);
            var memory = encoder.Run(("source", tokens, [batch, steps]), ("source_lengths", lengths, [batch]));
            Dictionary<string, (double[] Values, int[] Shape)> fed = memory.ToDictionary();
            double[] logProbabilities = new double[batch];
            List<string>[] written = [.. Enumerable.Range(0, batch).Select(_ => new List<string>())];
            bool[] hasEnded = new bool[batch];
            long[] before = [.. Enumerable.Repeat((long)begin, batch)];
            for (int step = 0; step < 8; step++)
            {
                (string, Array, int[])[] inputs =
                [
                    .. fed.Select(one => (one.Key, (Array)one.Value.Values.Select(value => (float)value).ToArray(), one.Value.Shape)),
                    ("target", before, [batch, 1]), ("source_lengths", lengths, [batch]),
                ];
                var results = decoder.Run(inputs);
                foreach ((string name,
                    var value) in results.Where(result =>
                    result.Key.EndsWith('n') && result.Key.StartsWith("decoder.", StringComparison.Ordinal) && result.Key != "decoder.attention"))
                    fed[name[..^1] + "0"] = value;
                Assert.All(results["decoder.attention"].Values.Chunk(steps), weights => Assert.Equal(1, weights.Sum(), 1e-5));
                double[][] probabilities = [.. results["probabilities"].Values.Chunk(target.Length)];
                for (int row = 0; row < batch; row++)
                {
                    if (hasEnded[row]) continue;
                    int best = Enumerable.Range(0, target.Length).Where(word => word != unknown).MaxBy(word => probabilities[row][word]);
                    logProbabilities[row] += Math.Log(probabilities[row][best]);
                    if (best == end) hasEnded[row] = true;
                    else written[row].Add(target[best]);
                    before[row] = best;
                }
            }

            PredictionTable table = run.Predict(texts);
            Assert.Equal(table.Columns[1].Cells.Select(cell => cell.Replace(" ", "", StringComparison.Ordinal)),
                written.Select(words => string.Concat(words).Replace(" ", "", StringComparison.Ordinal)));
            NetworkCase.AssertSame([.. table.Columns[2].Numbers!], logProbabilities, Tolerance, attention);
        }
    }

    private static string[] Names(OnnxSession session, string key) => JsonSerializer.Deserialize<string[]>(session.Metadata[key])!;

    private static long NumberOf(string[] vocabulary, string entry) =>
        Array.IndexOf(vocabulary, entry) is >= 0 and var at ? at : Array.IndexOf(vocabulary, "<unk>");

    private static (long[] Tokens, long[] Lengths, int Steps) Padded(long[][] rows)
    {
        int steps = rows.Max(row => row.Length);
        return ([.. rows.SelectMany(row => row.Concat(new long[steps - row.Length]))], [.. rows.Select(row => (long)row.Length)], steps);
    }

    /// <summary>PCM of 16 bits, one channel, 4,000 samples a second.</summary>
    private static void WriteWav(string path, float[] samples)
    {
        using var writer = new BinaryWriter(File.Create(path), Encoding.ASCII);
        writer.Write("RIFF"u8);
        writer.Write(36 + (2 * samples.Length));
        writer.Write("WAVEfmt "u8);
        foreach (object field in (object[])[16, (short)1, (short)1, 4000, 8000, (short)2, (short)16])
        {
            if (field is int wide) writer.Write(wide);
            else writer.Write((short)field);
        }

        writer.Write("data"u8);
        writer.Write(2 * samples.Length);
        foreach (float sample in samples) writer.Write((short)(sample * 32767));
    }
}
