using System.Globalization;
using System.Text.Json.Serialization;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Data.Splits;
using RnnActors.Data.Tables;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>
/// A column of categories that an embedding layer reads: a token a row, which is an input of its own. Token 0 is for what the training rows do not have.
/// </summary>
/// <param name="Name">Of the column, and of the input.</param>
/// <param name="Categories">Those of the training rows, in ordinal order: tokens from 1 on.</param>
public sealed record EmbeddedColumn(string Name, IReadOnlyList<string> Categories)
{
    /// <summary>More are a name of each row, not a kind of row.</summary>
    internal const int MaxCategories = 65_535;

    /// <summary>What token 0 is called.</summary>
    internal const string Unknown = "unknown";

    private Dictionary<string, int>? _tokens;

    /// <summary>As the network reads it: at the steps of the windows.</summary>
    [JsonIgnore]
    internal NamedSignal Signal => new(Name, Shape.Tokens(Categories.Count + 1)) { StepsOf = 0 };

    /// <param name="train">Training rows of each series.</param>
    /// <exception cref="InvalidInputException">There is no such column, or it has no category, or too many.</exception>
    internal static EmbeddedColumn Fit(Table table, string name, IReadOnlyList<RowRange> train)
    {
        Column column = table.Find(name);
        string[] categories =
        [
            .. train.SelectMany(range => Enumerable.Range(range.Start, range.Count)).Select(column.TextOf).OfType<string>().Distinct()
                .Order(StringComparer.Ordinal),
        ];
        if (categories.Length is > 0 and <= MaxCategories) return new(column.Name, categories);
        throw new InvalidInputException(
            string.Create(CultureInfo.InvariantCulture,
                $"Column '{name}' has {categories.Length:N0} different values in the training rows, and an embedded column may have 1 to {MaxCategories:N0}"),
            "Leave it out of data.embedded", new(table.Name));
    }

    /// <summary>A token a row of a panel. A row that says nothing has that of the row before it in its series.</summary>
    /// <param name="tokens">(rows, columns), of which one is filled.</param>
    /// <returns>The categories that are not known.</returns>
    internal IReadOnlyCollection<string> Write(Panel panel, Span<int> tokens, int columns, int number)
    {
        Column column = panel.Table.Find(Name);
        SortedSet<string> unknown = new(StringComparer.Ordinal);
        foreach (SeriesRows series in panel.Series)
        {
            int last = 0;
            for (int row = series.Start; row < series.End; row++)
            {
                if (column.TextOf(row) is { } text && !TryFind(text, out last)) unknown.Add(text);
                tokens[(row * columns) + number] = last;
            }
        }

        return unknown;
    }

    internal string NameOf(int token) => token == 0 ? Unknown : Categories[token - 1];

    private bool TryFind(string text, out int token)
    {
        _tokens ??= Categories.Select((category, i) => (category, i + 1)).ToDictionary();
        return _tokens.TryGetValue(text, out token);
    }
}
