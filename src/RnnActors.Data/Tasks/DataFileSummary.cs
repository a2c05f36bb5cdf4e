
namespace RnnActors.Data.Tasks;

/// <summary>A summary of a data file, for people.</summary>
/// <param name="Text">One line, beginning with the path.</param>
/// <param name="Table">Details; null for none.</param>
/// <param name="TrainArguments">The arguments that <c>train</c> needs besides the path; null if it cannot be trained on.</param>
public sealed record DataFileSummary(string Text, SummaryTable? Table, IReadOnlyList<string>? TrainArguments)
{
    /// <summary>What was detected, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <param name="Header">The title of each column.</param>
/// <param name="Rows">The cells of each row, one for each column; the first one names the row.</param>
public sealed record SummaryTable(IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>Numbers of further columns of text, besides the first.</summary>
    public IReadOnlyList<int> LeftAligned { get; init; } = [];
}
