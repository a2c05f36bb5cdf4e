using RnnActors.Data.Wording;

namespace RnnActors.Cli.Benchmarks.Host;

/// <summary>A turn without training, one with it and one without again, close to each other in time.</summary>
/// <param name="Steps">Training steps in the turn with training.</param>
/// <param name="IsSwapped">Whether a newer model replaced the served one in that turn.</param>
internal sealed record HostRound(int Number, HostTurn Before, HostTurn Trained, HostTurn After, long Steps, bool IsSwapped)
{
    /// <summary>How much longer a request took beside training, at a percentile.</summary>
    public double Ratio(Func<HostTurn, double> percentile) => percentile(Trained) / Math.Sqrt(percentile(Before) * percentile(After));

    /// <summary>The same ratio between the two turns without training: the machine's own noise.</summary>
    public double Noise(Func<HostTurn, double> percentile) => percentile(After) / percentile(Before);

    /// <summary>One line for people, as soon as the round is done.</summary>
    public string Line =>
        $"round {Number}: 99 of 100 requests within {BenchFigures.Milliseconds(Before.P99)} ms, "
            + $"beside a training {BenchFigures.Milliseconds(Trained.P99)} ms, after it {BenchFigures.Milliseconds(After.P99)} ms; "
            + Figures.Plural(Steps, "step")
            + (IsSwapped ? " and a newer model" : "");

    /// <summary>The fields of its JSON line.</summary>
    public IEnumerable<(string Key, object? Value)> Members()
    {
        yield return ("mode", "host");
        yield return ("round", Number);
        foreach ((string name, HostTurn turn) in new[] { ("before", Before), ("training", Trained), ("after", After) })
        {
            yield return ($"{name}_requests", turn.Seconds.Length);
            yield return ($"{name}_p50_ms", Math.Round(turn.P50 * 1e3, 4));
            yield return ($"{name}_p95_ms", Math.Round(turn.P95 * 1e3, 4));
            yield return ($"{name}_p99_ms", Math.Round(turn.P99 * 1e3, 4));
        }

        yield return ("steps", Steps);
        yield return ("newer_model", IsSwapped);
    }
}
