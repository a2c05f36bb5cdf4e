using System.Globalization;
using System.Text;

namespace RnnActors.EndToEnd.Tests.Processes;

/// <summary>A folder for one test, with small data and specifications in it.</summary>
internal sealed class Workplace : IDisposable
{
    public const string Forecast = "forecast.json", LanguageModel = "language.json";

    public Workplace()
    {
        File.WriteAllText(this["series.csv"], Series(400, columns: 2));
        File.WriteAllText(this["text.txt"], Text(3000));
        File.WriteAllText(this[Forecast], """
            { "task": "forecast",
              "data": { "path": "series.csv", "time": "date", "inputs": ["*"], "targets": ["c1"], "window": 12, "horizon": 3,
                        "split": { "train": 280, "validation": 60, "test": 60 } },
              "model": [ { "lstm": 20, "layers": 2, "dropout": 0.1, "recurrentDropout": 0.1 }, { "dense": "targets" } ],
              "training": { "loss": "mse", "optimizer": { "adam": { "learningRate": 0.01 } }, "batch": 16, "shards": 5, "epochs": 3, "clipNorm": 1.0, "seed": 7 },
              "checkpoint": { "everySteps": 5, "keep": 2 } }
            """);
        File.WriteAllText(this[LanguageModel], """
            { "task": "language-model",
              "data": { "path": "text.txt", "steps": 16, "split": { "train": 0.8, "validation": 0.1, "test": 0.1 } },
              "model": [ { "embedding": 8 }, { "gru": 24, "dropout": 0.1 }, { "dense": "vocabulary" } ],
              "training": { "loss": "crossEntropy", "optimizer": { "adam": { "learningRate": 0.01 } }, "schedule": { "cosine": { "warmupSteps": 5 } },
                            "batch": 10, "shards": 5, "epochs": 3, "seed": 7 },
              "checkpoint": { "everySteps": 5 } }
            """);
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("rnnactors-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Hourly rows of columns <c>c0</c>, <c>c1</c> …: periods with a little disorder, from a counter.</summary>
    public static string Series(int rows, int columns)
    {
        var text = new StringBuilder("date," + string.Join(',', Enumerable.Range(0, columns).Select(c => $"c{c}")) + "\n");
        for (int row = 0; row < rows; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{new DateTime(2020, 1, 1).AddHours(row):yyyy-MM-dd HH:mm:ss}");
            for (int c = 0; c < columns; c++)
                text.Append(CultureInfo.InvariantCulture, $",{(10 * Math.Sin(row / (4.0 + c))) + (row * (31 + c) % 17 / 10.0):F3}");
            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Lines of a few words.</summary>
    public static string Text(int length)
    {
        string[] words = ["the", "cat", "sat", "on", "a", "mat", "and", "saw", "dogs", "run", "by"];
        var text = new StringBuilder();
        for (int i = 0; text.Length < length; i++) text.Append(words[((i * 7) + (i / 11)) % 11]).Append(i % 9 == 8 ? '\n' : ' ');
        return text.ToString(0, length);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
