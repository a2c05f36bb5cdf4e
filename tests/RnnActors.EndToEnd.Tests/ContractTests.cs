using System.Text.Json.Nodes;
using RnnActors.EndToEnd.Tests.Processes;
using Xunit;

namespace RnnActors.EndToEnd.Tests;

/// <summary>The specifications that are promised to train as they stand, on small data and for few steps.</summary>
public sealed class ContractTests : IDisposable
{
    private readonly Workplace _at = new();

    public void Dispose() => _at.Dispose();

    [Fact]
    public void The_forecast_trains_and_is_compared_with_baselines()
    {
        File.WriteAllText(_at["ETTh1.csv"], Workplace.Series(14_400, columns: 7).Replace("c6", "OT", StringComparison.Ordinal));
        File.WriteAllText(_at["ett.jsonc"], """
            { "task": "forecast",
              "data": { "path": "ETTh1.csv", "time": "date", "inputs": ["*"], "targets": ["OT"], "window": 96, "horizon": 24,
                        "split": { "train": 8640, "validation": 2880, "test": 2880 }, "scale": "standard" },
              "model": [ { "lstm": 64, "layers": 2, "dropout": 0.1 }, { "dense": "targets" } ],
              "training": { "loss": "mse", "optimizer": { "adam": { "learningRate": 0.001 } }, "batch": 32, "shards": 8, "epochs": 10, "clipNorm": 1.0, "seed": 1,
                            "earlyStopping": { "patience": 3 } },
              "checkpoint": { "everySteps": 200, "keep": 3 } }
            """);
        var done = Rnnactors.RunToDone(_at.Path, "train", "ett.jsonc", "--max-steps", "4", "--out", "run");
        AssertKeys(done, steps: 4);
        Assert.NotEmpty(done["baselines"]!.AsObject());
        Assert.True(done["metrics"]!["rmse"]!.GetValue<double>() > 0);
        Assert.True(File.Exists(_at["run/losses.csv"]) || done["plots"]!.AsArray().Count > 0);
    }

    [Fact]
    public void The_language_model_trains_and_tells_its_perplexity()
    {
        File.WriteAllText(_at["input.txt"], Workplace.Text(12_000));
        File.WriteAllText(_at["text.json"], """
            { "task": "language-model",
              "data": { "path": "input.txt", "unit": "characters", "steps": 64, "split": { "train": 0.9, "validation": 0.1 } },
              "model": [ { "embedding": 64 }, { "lstm": 256, "layers": 2 }, { "dense": "vocabulary" } ],
              "training": { "loss": "crossEntropy", "optimizer": { "adam": { "learningRate": 0.002 } }, "schedule": { "cosine": { "warmupSteps": 100 } },
                            "batch": 64, "shards": 8, "epochs": 5, "clipNorm": 5.0, "seed": 1 } }
            """);
        var done = Rnnactors.RunToDone(_at.Path, "train", "text.json", "--max-steps", "3", "--out", "run");
        AssertKeys(done, steps: 3);
        Assert.True(done["metrics"]!["perplexity"]!.GetValue<double>() > 1);
    }

    [Fact]
    public void Flags_and_keys_change_the_run()
    {
        string Hash(params string[] flags) => Rnnactors.Parameters(Rnnactors.RunToDone(
            _at.Path, ["train", Workplace.Forecast, "--max-steps", "3", "--out", $"run{Guid.NewGuid():N}", .. flags]));
        string plain = Hash();
        Assert.Equal(plain, Hash("--seed", "7", "--set", "training.batch=16"));
        Assert.Equal(plain, Hash("--epochs", "5"));
        Assert.NotEqual(plain, Hash("--seed", "8"));
        Assert.NotEqual(plain, Hash("--set", "training.batch=17"));
    }

    private static void AssertKeys(JsonObject done, int steps)
    {
        Assert.Matches("^[0-9a-f]{32}$", Rnnactors.Parameters(done));
        Assert.Equal(steps, done["steps"]!.GetValue<int>());
        Assert.True(done["seconds"]!.GetValue<double>() > 0);
        Assert.True(done["tokens_per_second"]!.GetValue<double>() > 0);
        Assert.NotEmpty(done["metrics"]!.AsObject());
        Assert.IsType<JsonObject>(done["baselines"]);
        Assert.True(File.Exists(done["checkpoint"]!.GetValue<string>()));
    }
}
