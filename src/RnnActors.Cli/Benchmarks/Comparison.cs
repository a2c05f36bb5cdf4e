using RnnActors.Core.Problems;

namespace RnnActors.Cli.Benchmarks;

/// <summary>Compares our results with those of other programs, workload by workload. Of several results of theirs, the best counts.</summary>
internal sealed class Comparison
{
    private readonly IReadOnlyDictionary<(string Workload, int? Threads), OtherResult> _theirs;
    private readonly bool _anyThreads;
    private readonly List<(WorkloadResult Ours, OtherResult Theirs)> _pairs = [];

    /// <param name="path">The file of their results.</param>
    /// <param name="mode">Only results of this mode are used.</param>
    /// <param name="wanted">What will be measured.</param>
    /// <param name="anyThreads">Whether each program may use any number of threads, so that results are compared regardless of it.</param>
    /// <exception cref="InvalidInputException">The file cannot be used, or has no result to compare with.</exception>
    public Comparison(string path, string mode, IEnumerable<(string Workload, int Threads)> wanted, bool anyThreads = false)
    {
        _anyThreads = anyThreads;
        _theirs = OtherResult.ReadAll(path).Where(other => other.Mode == mode).GroupBy(other => Key(other.Workload, other.Threads))
            .ToDictionary(same => same.Key, same => same.MaxBy(other => other.TokensPerSecond)!);
        if (!wanted.Any(one => _theirs.ContainsKey(Key(one.Workload, one.Threads))))
        {
            throw new InvalidInputException(
                "nothing in this file was measured on the same workloads with the same threads",
                "Measure with the same --threads, or choose others with --filter", new SourceLocation(path));
        }
    }

    public IReadOnlyList<(WorkloadResult Ours, OtherResult Theirs)> Pairs => _pairs;

    public string TheirName => _theirs.Values.Select(other => other.Peer).Distinct().ToArray() is [var one] ? one : "theirs";

    /// <returns>Their result for the same work; null if they have none.</returns>
    public OtherResult? Add(WorkloadResult ours)
    {
        var theirs = _theirs.GetValueOrDefault(Key(ours.Workload, ours.Threads));
        if (theirs is not null) _pairs.Add((ours, theirs));
        return theirs;
    }

    public static double Ratio(WorkloadResult ours, OtherResult theirs) => ours.TokensPerSecond / theirs.TokensPerSecond;

    /// <summary>The geometric mean and the minimum of the ratios, for each number of threads if that counts.</summary>
    public IEnumerable<(int? Threads, int Workloads, double Mean, double Min)> Summary() =>
        from pair in _pairs
        let ratio = Ratio(pair.Ours, pair.Theirs)
        group ratio by Key(pair.Ours.Workload, pair.Ours.Threads).Threads into ratios
        select (ratios.Key, ratios.Count(), Math.Exp(ratios.Average(ratio => Math.Log(ratio))), ratios.Min());

    private (string Workload, int? Threads) Key(string workload, int threads) => (workload, _anyThreads ? null : threads);
}
