
namespace RnnActors.Data.Tasks;

/// <summary>What a data file holds, for people.</summary>
/// <param name="Text">One line, beginning with the path.</param>
/// <param name="Table">More of it; null for nothing.</param>
/// <param name="TrainArguments">What <c>train</c> needs beside the path to train on it; null where that is impossible.</param>
public sealed record DataFileSummary(string Text, SummaryTable? Table, IReadOnlyList<string>? TrainArguments)
{
    /// <summary>What was found and decided, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <param name="Header">A title a column.</param>
/// <param name="Rows">As many cells each; the first names the row.</param>
public sealed record SummaryTable(IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>Columns of texts beside the first, by their numbers.</summary>
    public IReadOnlyList<int> LeftAligned { get; init; } = [];
}
