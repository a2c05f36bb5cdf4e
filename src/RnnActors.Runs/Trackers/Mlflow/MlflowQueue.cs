using RnnActors.Runs.Stories;

namespace RnnActors.Runs.Trackers.Mlflow;

/// <summary>Values that wait to be sent, in bounded memory. The thread that trains adds them, and the one that sends takes them.</summary>
/// <param name="max">Beyond it, every second value of each curve by step is dropped.</param>
internal sealed class MlflowQueue(int max)
{
    private static readonly HashSet<string> BySteps = [CurveKeys.Loss, CurveKeys.GradientNorm, CurveKeys.LearningRate, CurveKeys.TokensPerSecond];

    private readonly Lock _gate = new();
    private List<MlflowMetric> _waiting = [];
    private List<MlflowMetric> _taken = [];

    /// <summary>Number of values, including those taken but not yet acknowledged.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _waiting.Count + _taken.Count;
        }
    }

    /// <summary>Number of values that were dropped.</summary>
    public long Forgotten { get; private set; }

    public void Add(MlflowMetric metric)
    {
        lock (_gate)
        {
            _waiting.Add(metric);
            if (_waiting.Count > max) Thin();
        }
    }

    /// <summary>The oldest values. Repeated calls return the same ones until <see cref="Done"/>.</summary>
    public IReadOnlyList<MlflowMetric> Take(int count)
    {
        lock (_gate)
        {
            if (_taken.Count > 0 || _waiting.Count == 0) return _taken;
            _taken = _waiting[..Math.Min(count, _waiting.Count)];
            _waiting.RemoveRange(0, _taken.Count);
            return _taken;
        }
    }

    /// <summary>Acknowledges the values that were taken.</summary>
    public void Done()
    {
        lock (_gate) _taken = [];
    }

    public IReadOnlyList<MlflowMetric> Read()
    {
        lock (_gate) return [.. _taken, .. _waiting];
    }

    private void Thin()
    {
        Dictionary<string, int> seen = [];
        List<MlflowMetric> kept = [];
        foreach (MlflowMetric metric in _waiting)
        {
            int number = seen[metric.Key] = seen.GetValueOrDefault(metric.Key) + 1;
            if (!BySteps.Contains(metric.Key) || number % 2 == 1) kept.Add(metric);
        }

        // Only values of epochs' ends are left: drop the oldest.
        if (kept.Count == _waiting.Count) kept.RemoveRange(0, kept.Count / 2);
        Forgotten += _waiting.Count - kept.Count;
        _waiting = kept;
    }
}
