using System.Globalization;
using System.Text;
using RnnActors.Data.Specifications;
using RnnActors.Data.Sound;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks;
using RnnActors.Data.Tasks.Classification;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.Tagging;
using RnnActors.Data.Tasks.Transcription;
using RnnActors.Data.Tasks.Translation;
using RnnActors.Data.Trained;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Trained;
using Xunit;

namespace RnnActors.Runs.Tests.Trained;

/// <summary>A run with random parameters, and the same question to it by the command's way and by that of a program.</summary>
/// <param name="CheckRecords">Finds what the task's own records say otherwise than its tables.</param>
internal sealed record KindRun(TrainedRun Run, Func<TrainedRun, string> ByCommand, Func<TrainedModel, string> ByProgram, Action<TrainedModel> CheckRecords);

/// <summary>Runs of each kind of task, small and untrained.</summary>
internal static class KindRuns
{
    private const int Rate = 4000;

    /// <summary>The cases of a kind; a kind that has none fails its test.</summary>
    public static IEnumerable<KindRun> Of(string kind, TemporaryFolder folder) => kind switch
    {
        "forecast" => [Forecast(folder), Panel(folder)],
        "language-model" => [LanguageModel(folder), LanguageModel(folder, "data.unit=bytePairs")],
        "classify" => [Sentences(folder), Series(folder), Tones(folder)],
        "translate" => [Translation(folder)],
        "transcribe" => [Transcription(folder)],
        "tag" => [Tagging(folder)],
        _ => throw new NotSupportedException($"The kind '{kind}' has no case in {nameof(KindRuns)}: how does a program ask its networks?"),
    };

    /// <summary>All that a table says, each number as exactly as it is.</summary>
    public static string Bits(PredictionTable table, params string[] without) =>
        string.Join('\n', table.Columns.Where(column => !without.Contains(column.Name))
            .Select(column => $"{column.Name}: {string.Join(' ', column.Cells)} {Exact(column)}"));

    public static TrainedRun Create(TemporaryFolder folder, string name, string file, string? task, params string[] changes)
    {
        var specification = RunSpecification.ForDataFile(file,
            ["training.earlyStopping=null", .. changes.Where(change => change.StartsWith("data.", StringComparison.Ordinal))], task).With(changes);
        var prepared = PreparedRun.Create(name, specification);
        var parameters = prepared.Model.CreateParameters(3);
        var random = new Random(11);
        foreach (var slot in prepared.Model.Layout.Slots)
            foreach (ref float value in parameters.Span.Slice(slot.Offset, slot.Length)) value = (float)((random.NextDouble() - 0.5) * 0.9);
        return ImportedRun.Write(new RunFolder(folder.File(name)), prepared, parameters.Memory);
    }

    /// <summary>One series of two columns, days apart; the program has the last rows in memory.</summary>
    public static KindRun Forecast(TemporaryFolder folder, params string[] changes)
    {
        (DateTime[] days, double[] a, double[] b) = Rows(90);
        TrainedRun run = Create(
            folder, "forecast", folder.Write("all.csv", Csv(days[..80], a, b)), "forecast",
            ["data.targets=[\"a\"]", "data.window=8", "data.horizon=3", "data.normalize=none", "data.calendar=[]",
                "model=[{\"lstm\":5},{\"dense\":\"targets\"}]", .. changes]);
        string some = folder.Write("some.csv", Csv(days[50..], a[50..], b[50..]));
        Table recent = new("recent", [new Column("a", a[50..]), new Column("b", b[50..])], days[50..], "day");
        return new(run, trained => Bits(trained.Predict(some)), model => Bits(model.Predict(recent)),
            model => AnswerChecks.Same(model.Predict(recent, rows: 2), model.Answer<ForecastAnswer>(recent, rows: 2)));
    }

    /// <summary>Two shops in one table, quantiles, and a column that is known ahead.</summary>
    private static KindRun Panel(TemporaryFolder folder)
    {
        (DateTime[] days, double[] a, double[] b) = Rows(70);
        string[] shops = ["north", "south"];
        string Lines(int first, int known, int end) =>
            "shop,day,a,b\n" + string.Concat(shops.SelectMany((shop, s) => Enumerable.Range(first, end - first).Select(
            i => string.Create(CultureInfo.InvariantCulture, $"{shop},{days[i]:yyyy-MM-dd},{(i < known ? $"{a[i] + (50 * s)}" : "")},{b[i]}\n"))));
        TrainedRun run = Create(
            folder, "panel", folder.Write("shops.csv", Lines(0, 60, 60)), "forecast",
            "data.targets=[\"a\"]", "data.series=[\"shop\"]", "data.known=[\"b\"]", "data.window=6", "data.horizon=2",
            "training.loss={\"quantile\":[0.9,0.1,0.5]}",
            "model=[{\"gru\":5},{\"dense\":\"targets\"}]");
        string some = folder.Write("next.csv", Lines(40, 66, 68));
        int[] rows = [.. Enumerable.Range(40, 28)];
        Table recent = new(
            "recent",
            [
                new Column("shop", [.. shops.SelectMany(shop => rows.Select(_ => shop))]),
                new Column("a", [.. shops.SelectMany((_, s) => rows.Select(i => i < 66 ? a[i] + (50 * s) : double.NaN))]),
                new Column("b", [.. shops.SelectMany(_ => rows.Select(i => b[i]))]),
            ],
            [.. shops.SelectMany(_ => rows.Select(i => days[i]))], "day");
        return new(run, trained => Bits(trained.Predict(some)), model => Bits(model.Predict(recent)),
            model => AnswerChecks.Same(model.Predict(recent), model.Answer<ForecastAnswer>(recent)));
    }

    public static KindRun LanguageModel(TemporaryFolder folder, params string[] changes)
    {
        string poem = folder.Write("poem.txt", string.Concat(Enumerable.Repeat("the sea, the sky, the sea again\n", 300)));
        TrainedRun run = Create(
            folder, $"poem{changes.Length}", poem, "language-model",
            [
                "data.steps=8", "model=[{\"embedding\":4},{\"lstm\":8,\"layers\":2},{\"dense\":\"vocabulary\"}]", "training.batch=4", "training.shards=2",
                .. changes,
            ]);
        string Text(GeneratedText text)
        {
            using (text) return string.Concat(Enumerable.Range(0, 60).Select(_ => text.Next())) + text.End();
        }

        return new(run, trained => Text(trained.Generate("the ")), model => Text(model.Generate("the ")),
            model => Assert.Equal(Text(model.Generate("the ")), model.Write("the ", 60)));
    }

    public static KindRun Sentences(TemporaryFolder folder,
        string model = "[{\"embedding\":8},{\"gru\":6,\"bidirectional\":true,\"returnSequences\":true},{\"pooling\":\"mean\"},{\"dense\":\"classes\"}]")
    {
        string file = folder.Write(
            "films.tsv", "sentence\tsentiment\n"
            + string.Concat(Enumerable.Range(0, 40).Select(i => $"a {(i % 2 == 0 ? "good" : "bad")} film {i % 5}\t{(i % 2 == 0 ? "pro" : "con")}\n")));
        TrainedRun run = Create(folder, "films", file, "classify", "data.split.test=\"line % 5 == 0\"", $"model={model}");
        string[] asked = ["a good film", "bad , bad and unheard", "3"];
        return new(run, trained => Bits(trained.Predict(asked)), trained => Bits(trained.Predict(asked)),
            model => AnswerChecks.Same(model.Predict(asked), model.Answer<ClassificationAnswer>(asked)));
    }

    public static KindRun Series(TemporaryFolder folder)
    {
        float[][,] series = Waves(40);
        string Feature(float[,] one, int feature) =>
            string.Join(',', Enumerable.Range(0, one.GetLength(0)).Select(t => one[t, feature].ToString("R", CultureInfo.InvariantCulture)));
        string Line(int i) => $"{Feature(series[i], 0)}:{Feature(series[i], 1)}:{(i % 2 == 0 ? "up" : "down")}\n";
        string Of(int first, int count) =>
            "@timeStamps false\n@classLabel true up down\n@data\n" + string.Concat(Enumerable.Range(first, count).Select(Line));
        TrainedRun run = Create(folder, "waves", folder.Write("waves.ts", Of(0, 40)), "classify", "data.split={\"test\":0.25}",
            "model=[{\"lstm\":6},{\"dense\":\"classes\"}]");
        string some = folder.Write("some.ts", Of(7, 5));
        return new(run, trained => Bits(trained.Predict(some)), model => Bits(model.Predict(series[7..12])),
            model => AnswerChecks.Same(model.Predict(series[7..12]), model.Answer<ClassificationAnswer>(series[7..12])));
    }

    /// <summary>Series of two features, of several lengths.</summary>
    public static float[][,] Waves(int count)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            float[,] one = new float[3 + (i % 7), 2];
            for (int t = 0; t < one.GetLength(0); t++)
                for (int f = 0; f < 2; f++) one[t, f] = (float)Math.Round((random.NextDouble() * 100) - 20, 3);
            return one;
        })];
    }

    private static KindRun Tones(TemporaryFolder folder)
    {
        Recording[] tones = [.. Enumerable.Range(0, 12).Select(i => Tone(300 + (400 * (i % 3)), 500 + (40 * i)))];
        Directory.CreateDirectory(folder.File("tones"));
        for (int i = 0; i < tones.Length; i++) WriteWav(folder.File($"tones/{"abc"[i % 3]}_x_{i}.wav"), tones[i]);
        TrainedRun run = Create(
            folder, "heard", folder.File("tones"), "classify", "data.split={\"test\":\"take < 3\"}", "data.augment=null",
            "model=[{\"gru\":5,\"returnSequences\":true},{\"pooling\":\"mean\"},{\"dense\":\"classes\"}]", "training.batch=6", "training.shards=2");
        WriteWav(folder.File("one.wav"), tones[4]);
        return new(run, trained => Bits(trained.Predict(folder.File("one.wav")), "file"), model => Bits(model.Predict(Heard(folder.File("one.wav"))), "file"),
            model => AnswerChecks.Same(model.Predict(tones), model.Answer<ClassificationAnswer>(tones)));
    }

    private static KindRun Transcription(TemporaryFolder folder)
    {
        Directory.CreateDirectory(folder.File("words"));
        for (int i = 0; i < 12; i++) WriteWav(folder.File($"words/{"abcab"[(i % 3)..((i % 3) + 2)]}_x_{i}.wav"), Tone(300 + (400 * (i % 3)), 900 + (40 * i)));
        TrainedRun run = Create(
            folder, "words-run", folder.File("words"), "transcribe", "data.split={\"test\":\"take % 4 == 0\"}",
            "data.features={\"mfcc\":0,\"mels\":12,\"deltas\":0}", "data.augment=null",
            "model=[{\"gru\":6,\"bidirectional\":true},{\"dense\":\"symbols\"}]", "training.batch=4", "training.shards=2");
        string[] asked = [folder.File("words/ab_x_0.wav"), folder.File("words/bc_x_4.wav")];
        return new(
            run, trained => string.Join('\n', asked.Select(file => Bits(trained.Predict(file), "file"))),
            model => string.Join('\n', asked.Select(file => Bits(model.Predict(Heard(file)), "file"))),
            model => AnswerChecks.Same(model.Predict(asked.Select(Heard).ToArray()), model.Answer<TranscriptionAnswer>(asked.Select(Heard).ToArray())));
    }

    private static KindRun Translation(TemporaryFolder folder)
    {
        string pairs = folder.Write("pairs.txt",
            string.Concat(Enumerable.Range(0, 60)
            .Select(i => $"{"red blue green".Split(' ')[i % 3]} {i % 4}\t{"rot blau grün".Split(' ')[i % 3]} {i % 4} .\n")));
        TrainedRun run = Create(
            folder, "pairs", pairs, "translate", "data.minCount=1", "data.split={\"test\":\"group % 8 == 0\"}", "training.batch=8",
            "model={\"encoder\":[{\"embedding\":6},{\"gru\":5,\"bidirectional\":true}],\"decoder\":[{\"embedding\":6},{\"gru\":7}],\"attention\":\"general\"}");
        string[] asked = ["red 3", "green blue 1", "0"];
        return new(run, trained => Bits(trained.Predict(asked)), model => Bits(model.Predict(asked)),
            model => AnswerChecks.Same(model.Predict(asked), model.Answer<TranslationAnswer>(asked)));
    }

    public static KindRun Tagging(TemporaryFolder folder, params string[] changes)
    {
        string file = folder.Write("words.conll",
            string.Concat(Enumerable.Range(0, 30).Select(i => $"in O\n{(i % 2 == 0 ? "new B-LOC\nyork I-LOC" : "rome B-LOC")}\nnow O\n\n")));
        TrainedRun run = Create(
            folder, "tags", file, "tag",
            ["data.split={\"test\":0.2}", "data.minCount=1", "model.6.lstm=7", "model.2.gru=5", "model.0.embedding=6", "model.1.embedding=4", .. changes]);
        string[] asked = ["in new york now", "romeo"];
        return new(run, trained => Bits(trained.Predict(asked)), model => Bits(model.Predict(asked)),
            model => AnswerChecks.Same(model.Predict(asked), model.Answer<TaggingAnswer>(asked)));
    }

    private static (DateTime[] Days, double[] A, double[] B) Rows(int count)
    {
        var random = new Random(7);
        double[] Column(double from) => [.. Enumerable.Range(0, count).Select(_ => Math.Round(from + (10 * random.NextDouble()), 2))];
        return ([.. Enumerable.Range(0, count).Select(i => new DateTime(2024, 1, 1).AddDays(i))], Column(20), Column(5));
    }

    private static string Csv(DateTime[] days, double[] a, double[] b) =>
        "day,a,b\n" + string.Concat(days.Select((day, i) => string.Create(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd},{a[i]},{b[i]}\n")));

    private static string Exact(PredictionColumn column) =>
        string.Join(' ', column.Numbers?.Select(number => number.ToString("R", CultureInfo.InvariantCulture)) ?? []);

    private static Recording Tone(int frequency, int length) =>
        new([.. Enumerable.Range(0, length).Select(i => (float)(0.4 * Math.Sin(2 * Math.PI * frequency * i / Rate)))], Rate);

    private static Recording Heard(string file) => WavFile.Read(file, file);

    /// <summary>PCM of 16 bits, one channel.</summary>
    private static void WriteWav(string path, Recording recording)
    {
        using var writer = new BinaryWriter(File.Create(path), Encoding.ASCII);
        writer.Write("RIFF"u8);
        writer.Write(36 + (2 * recording.Samples.Length));
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write((short)1);
        writer.Write(recording.Rate);
        writer.Write(2 * recording.Rate);
        writer.Write((short)2);
        writer.Write((short)16);
        writer.Write("data"u8);
        writer.Write(2 * recording.Samples.Length);
        foreach (float sample in recording.Samples) writer.Write((short)(sample * 32767));
    }
}
