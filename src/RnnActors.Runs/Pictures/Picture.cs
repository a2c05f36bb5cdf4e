namespace RnnActors.Runs.Pictures;

/// <summary>A picture as data, which a report, a page or a plot draws, each in its way. It has one of the parts; the others are null.</summary>
/// <param name="Key">Its name for machines: <c>residuals</c>.</param>
/// <param name="Title">Its name for people.</param>
public sealed record Picture(string Key, string Title)
{
    /// <summary>What is to be seen in it, a sentence or two, also for those who cannot see it; null for nothing beyond the title.</summary>
    public string? Caption { get; init; }

    public Chart? Chart { get; init; }

    public HeatMap? Heat { get; init; }

    public PictureTable? Table { get; init; }

    public IReadOnlyList<PictureText>? Texts { get; init; }
}

/// <summary>Numbers in rows and columns as colours.</summary>
/// <param name="RowTitle">What the rows are: <c>truth</c>.</param>
/// <param name="ColumnTitle">What the columns are: <c>predicted</c>.</param>
/// <param name="Rows">Names of the rows.</param>
/// <param name="Columns">Names of the columns; empty ones have no label.</param>
/// <param name="Values">An array a row.</param>
public sealed record HeatMap(string RowTitle, string ColumnTitle, IReadOnlyList<string> Rows, IReadOnlyList<string> Columns, IReadOnlyList<double[]> Values)
{
    /// <summary>Whether each row's numbers count something; its colours are then shares of the row.</summary>
    public bool AreCounts { get; init; }

    /// <summary>Whether it has so many cells that numbers in them mean nothing, such as a spectrogram.</summary>
    public bool IsDense { get; init; }
}

/// <param name="Header">A title a column.</param>
/// <param name="Rows">As many cells each.</param>
/// <param name="LeftAligned">Columns of texts, by their numbers; others hold numbers.</param>
/// <param name="LeftOut">Rows that are not shown, since there are too many.</param>
public sealed record PictureTable(IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Rows, IReadOnlyList<int> LeftAligned, long LeftOut = 0);

/// <param name="Title">How it came about: <c>temperature 0.8</c>.</param>
public sealed record PictureText(string Title, string Text);
