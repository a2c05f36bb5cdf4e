using RnnActors.Runs.Stories;

namespace RnnActors.Runs.Trackers.Mlflow;

/// <summary>Values that wait for the server, in bounded memory. Told by the thread that trains, taken by the one that sends.</summary>
/// <param name="max">Beyond, every second value of each curve by step is forgotten.</param>
internal sealed class MlflowQueue(int max)
{
    private static readonly HashSet<string> BySteps = [CurveKeys.Loss, CurveKeys.GradientNorm, CurveKeys.LearningRate, CurveKeys.TokensPerSecond];

    private readonly Lock _gate = new();
    private List<MlflowMetric> _waiting = [];
    private List<MlflowMetric> _taken = [];

    /// <summary>Those that were taken and not done with among them.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _waiting.Count + _taken.Count;
        }
    }

    /// <summary>Values that were forgotten.</summary>
    public long Forgotten { get; private set; }

    public void Add(MlflowMetric metric)
    {
        lock (_gate)
        {
            _waiting.Add(metric);
            if (_waiting.Count > max) Thin();
        }
    }

    /// <summary>The oldest ones; the same again until they are done with.</summary>
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

    /// <summary>Those that were taken are done with.</summary>
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

        // Nothing but ends of epochs: the oldest go.
        if (kept.Count == _waiting.Count) kept.RemoveRange(0, kept.Count / 2);
        Forgotten += _waiting.Count - kept.Count;
        _waiting = kept;
    }
}
