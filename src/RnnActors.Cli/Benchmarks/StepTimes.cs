namespace RnnActors.Cli.Benchmarks;

/// <summary>The durations of repeated runs of the same work.</summary>
internal sealed class StepTimes
{
    private readonly double[] _sorted;

    /// <param name="seconds">At least one.</param>
    public StepTimes(IEnumerable<double> seconds)
    {
        _sorted = [.. seconds.Order()];
        ArgumentOutOfRangeException.ThrowIfZero(_sorted.Length, nameof(seconds));
    }

    public int Runs => _sorted.Length;

    /// <summary>Seconds.</summary>
    public double Min => _sorted[0];

    /// <summary>Seconds; for an even number of runs, the slower of the middle two.</summary>
    public double Median => _sorted[_sorted.Length / 2];
}
