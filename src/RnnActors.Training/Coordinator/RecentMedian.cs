namespace RnnActors.Training.Coordinator;

/// <summary>The median of the last few measurements. Single outliers of a busy machine have no effect, and a lasting change shows soon.</summary>
internal sealed class RecentMedian
{
    private const int Kept = 5;

    private readonly double[] _values = new double[Kept], _sorted = new double[Kept];
    private int _count, _next;

    /// <summary>0 before the first value.</summary>
    public double Value { get; private set; }

    public void Add(double value)
    {
        _values[_next] = value;
        _next = (_next + 1) % Kept;
        _count = Math.Min(Kept, _count + 1);
        var sorted = _sorted.AsSpan(0, _count);
        _values.AsSpan(0, _count).CopyTo(sorted);
        sorted.Sort();
        Value = (sorted[(_count - 1) / 2] + sorted[_count / 2]) / 2;
    }
}
