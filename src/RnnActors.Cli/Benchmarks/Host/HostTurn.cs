namespace RnnActors.Cli.Benchmarks.Host;

/// <summary>The requests of a turn, measured.</summary>
/// <param name="Seconds">That each took, from its sending to the last byte of its answer, in ascending order; at least one.</param>
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

    /// <summary>The least time that no more than a share of <c>1 − share</c> of the requests exceed: the nearest rank.</summary>
    private double At(double share) => Seconds[Math.Clamp((int)Math.Ceiling(share * Seconds.Length) - 1, 0, Seconds.Length - 1)];
}
