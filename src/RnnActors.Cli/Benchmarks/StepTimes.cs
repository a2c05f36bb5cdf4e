namespace RnnActors.Cli.Benchmarks;

/// <summary>What many runs of the same work took.</summary>
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

    /// <summary>Seconds; of an even number of runs, the slower one of the two in the middle.</summary>
    public double Median => _sorted[_sorted.Length / 2];
}
