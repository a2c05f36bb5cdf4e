namespace RnnActors.Data.Tests.Specifications;

/// <summary>The two specifications that the project promises to read as they stand.</summary>
internal static class Examples
{
    public const string Forecast = """
        { "task": "forecast",
          "data": { "path": "ETTh1.csv", "time": "date", "inputs": ["*"], "targets": ["OT"], "window": 96, "horizon": 24,
                    "split": { "train": 8640, "validation": 2880, "test": 2880 }, "scale": "standard" },
          "model": [ { "lstm": 64, "layers": 2, "dropout": 0.1 }, { "dense": "targets" } ],
          "training": { "loss": "mse", "optimizer": { "adam": { "learningRate": 0.001 } }, "batch": 32, "shards": 8, "epochs": 10, "clipNorm": 1.0, "seed": 1,
                        "earlyStopping": { "patience": 3 } },
          "checkpoint": { "everySteps": 200, "keep": 3 } }
        """;

    public const string LanguageModel = """
        { "task": "language-model",
          "data": { "path": "input.txt", "unit": "characters", "steps": 64, "split": { "train": 0.9, "validation": 0.1 } },
          "model": [ { "embedding": 64 }, { "lstm": 256, "layers": 2 }, { "dense": "vocabulary" } ],
          "training": { "loss": "crossEntropy", "optimizer": { "adam": { "learningRate": 0.002 } }, "schedule": { "cosine": { "warmupSteps": 100 } },
                        "batch": 64, "shards": 8, "epochs": 5, "clipNorm": 5.0, "seed": 1 } }
        """;

    public static readonly string[] All = [Forecast, LanguageModel];
}
