namespace RnnActors.Cli.Benchmarks.Host;

/// <summary>The measured requests of a turn.</summary>
/// <param name="Seconds">The duration of each, from sending it to the last byte of the answer, in ascending order; at least one.</param>
internal sealed record HostTurn(double[] Seconds)
{
    public double P50 => At(0.5);

    public double P95 => At(0.95);

    public double P99 => At(0.99);

    public static HostTurn Of(IEnumerable<double> seconds)
    {
        double[] sorted = [.. seconds.Order()];
        ArgumentOutOfRangeException.ThrowIfZero(sorted.Length, nameof(seconds));
        return new HostTurn(sorted);
    }

    /// <summary>The percentile at a share, by the nearest-rank method.</summary>
    private double At(double share) => Seconds[Math.Clamp((int)Math.Ceiling(share * Seconds.Length) - 1, 0, Seconds.Length - 1)];
}
