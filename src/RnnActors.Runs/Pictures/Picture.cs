namespace RnnActors.Runs.Pictures;

/// <summary>A picture as data, which a report, a page or a plot draws in its own way. Exactly one of its parts is set; the others are null.</summary>
/// <param name="Key">Machine-readable name: <c>residuals</c>.</param>
/// <param name="Title">Display name.</param>
public sealed record Picture(string Key, string Title)
{
    /// <summary>What can be seen in it, in a sentence or two; serves as alternative text too. Null for nothing beyond the title.</summary>
    public string? Caption { get; init; }

    public Chart? Chart { get; init; }

    public HeatMap? Heat { get; init; }

    public PictureTable? Table { get; init; }

    public IReadOnlyList<PictureText>? Texts { get; init; }
}

/// <summary>A matrix of numbers shown as colours.</summary>
/// <param name="RowTitle">What the rows are: <c>truth</c>.</param>
/// <param name="ColumnTitle">What the columns are: <c>predicted</c>.</param>
/// <param name="Rows">Names of the rows.</param>
/// <param name="Columns">Names of the columns; an empty name has no label.</param>
/// <param name="Values">One array per row.</param>
public sealed record HeatMap(string RowTitle, string ColumnTitle, IReadOnlyList<string> Rows, IReadOnlyList<string> Columns, IReadOnlyList<double[]> Values)
{
    /// <summary>Whether the numbers are counts; colours then show shares of the row.</summary>
    public bool AreCounts { get; init; }

    /// <summary>Whether it has too many cells to print numbers in them, such as a spectrogram.</summary>
    public bool IsDense { get; init; }
}

/// <param name="Header">One title per column.</param>
/// <param name="Rows">One cell per column.</param>
/// <param name="LeftAligned">Indices of the columns with text; the others hold numbers.</param>
/// <param name="LeftOut">Number of rows that are not shown.</param>
public sealed record PictureTable(IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Rows, IReadOnlyList<int> LeftAligned, long LeftOut = 0);

/// <param name="Title">How the text was made: <c>temperature 0.8</c>.</param>
public sealed record PictureText(string Title, string Text);
