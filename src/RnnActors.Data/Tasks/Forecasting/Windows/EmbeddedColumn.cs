using System.Globalization;
using RnnActors.Core.Problems;
using RnnActors.Data.Splits;
using RnnActors.Data.Tables;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>
/// A categorical column that an embedding layer reads: a token for each row (<see cref="TokenInput"/>). Token 0 stands for categories that the training rows do
/// not have. In a column that is known ahead, an empty cell is a category of its own (the empty text), since it has a meaning, such as no promotion.
/// </summary>
/// <param name="Name">The name of the column, and of the input.</param>
/// <param name="Categories">The categories of the training rows, in ordinal order; their tokens start at 1.</param>
public sealed record EmbeddedColumn(string Name, IReadOnlyList<string> Categories)
{
    /// <summary>The maximum number of categories; more would identify rows, not kinds of rows.</summary>
    internal const int MaxCategories = 65_535;

    /// <summary>The name of token 0.</summary>
    internal const string Unknown = "unknown";

    /// <summary>The name of an empty cell.</summary>
    private const string Empty = "(empty)";

    private Dictionary<string, int>? _tokens;

    /// <param name="train">Training rows of each series.</param>
    /// <exception cref="InvalidInputException">There is no such column, or it has no category, or too many.</exception>
    internal static EmbeddedColumn Fit(Panel panel, string name, IReadOnlyList<RowRange> train)
    {
        Column column = panel.Table.Find(name);
        string? empty = EmptyOf(panel, name);
        string[] categories =
        [
            .. train.SelectMany(range => Enumerable.Range(range.Start, range.Count)).Select(row => column.TextOf(row) ?? empty).OfType<string>().Distinct()
                .Order(StringComparer.Ordinal),
        ];
        if (categories.Length is > 0 and <= MaxCategories) return new(column.Name, categories);
        throw new InvalidInputException(
            string.Create(CultureInfo.InvariantCulture,
                $"Column '{name}' has {categories.Length:N0} different values in the training rows, and an embedded column may have 1 to {MaxCategories:N0}"),
            "Leave it out of data.embedded", new(panel.Table.Name));
    }

    /// <summary>
    /// Writes a token for each row of a panel. An empty cell takes the token of the row before it in its series. In a column that is known ahead, it is a
    /// category of its own.
    /// </summary>
    /// <param name="tokens">(rows, columns), of which column <paramref name="number"/> is written.</param>
    /// <returns>Notes for the user about empty and unknown categories, a sentence each.</returns>
    internal IEnumerable<string> Write(Panel panel, Span<int> tokens, int columns, int number)
    {
        Column column = panel.Table.Find(Name);
        string? empty = EmptyOf(panel, Name);
        SortedSet<string> unknown = new(StringComparer.Ordinal);
        int empties = 0, ahead = 0;
        foreach (SeriesRows series in panel.Series)
        {
            int last = 0;
            for (int row = series.Start; row < series.End; row++)
            {
                string? own = column.TextOf(row);
                if (own is null && empty is not null) (empties, ahead) = (empties + 1, ahead + (row < series.Known ? 0 : 1));
                if ((own ?? empty) is { } text && !TryFind(text, out last)) unknown.Add(text.Length == 0 ? "an empty cell" : text);
                tokens[(row * columns) + number] = last;
            }
        }

        return Said(panel.Rows, empties, ahead, unknown);
    }

    private IEnumerable<string> Said(int rows, int empties, int ahead, SortedSet<string> unknown)
    {
        const int Named = 5;
        if (empties > 0 && TryFind("", out _))
        {
            string future = ahead > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({ahead:N0} of them to be forecast)") : "";
            yield return string.Create(CultureInfo.InvariantCulture, $"{Name}: {empties:N0} of {rows:N0} rows{future} are empty; ")
                + "known ahead, that is a category of its own, such as no promotion";
        }

        if (unknown.Count > 0)
        {
            yield return $"{Name}: no training row has {string.Join(", ", unknown.Take(Named))}{(unknown.Count > Named ? " …" : "")}; "
                + "read as the unknown category, whose vector is not trained";
        }
    }

    internal string NameOf(int token) => token == 0 ? Unknown : Categories[token - 1] is { Length: > 0 } category ? category : Empty;

    /// <summary>The meaning of an empty cell: the empty text if the column is known ahead; null (no category) otherwise.</summary>
    private static string? EmptyOf(Panel panel, string name) => panel.Known.Contains(name) ? "" : null;

    private bool TryFind(string text, out int token)
    {
        _tokens ??= Categories.Select((category, i) => (category, i + 1)).ToDictionary();
        return _tokens.TryGetValue(text, out token);
    }
}
