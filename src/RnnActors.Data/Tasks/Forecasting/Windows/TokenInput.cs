using System.Globalization;
using RnnActors.Core.Sequences;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>
/// A token input: the categories of an embedded column at the rows of a window, or a fixed number of rows later if the column is known ahead. After the end of
/// a series the token is 0.
/// </summary>
/// <param name="Ahead">How many rows ahead; 0 for the window's own rows.</param>
/// <param name="Name">The name of the input, which layers refer to.</param>
internal sealed record TokenInput(EmbeddedColumn Column, int Ahead, string Name)
{
    /// <summary>The maximum number of inputs of one column.</summary>
    public const int MaxAhead = 64;

    /// <summary>The input's signal, at the steps of the windows.</summary>
    public NamedSignal Signal => new(Name, Shape.Tokens(Column.Categories.Count + 1)) { StepsOf = 0 };

    /// <summary>The inputs of an embedded column: one by its name and, if it is known ahead, <c>NAME_ahead</c>, <c>NAME_ahead_2</c> …</summary>
    public static IEnumerable<TokenInput> Of(EmbeddedColumn column, ForecastDataSpec spec)
    {
        yield return new(column, 0, column.Name);
        if (!spec.Known.Contains(column.Name)) yield break;
        int number = 0;
        foreach (int ahead in spec.RowsAhead)
        {
            string further = ++number == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"_{number}");
            yield return new(column, ahead, $"{column.Name}_ahead{further}");
        }
    }

    /// <summary>The inputs of a column whose categories are not known yet.</summary>
    public static IEnumerable<TokenInput> Of(string column, ForecastDataSpec spec) => Of(new EmbeddedColumn(column, ["a"]), spec);

    /// <summary>The tokens of all inputs of a panel: (rows, inputs).</summary>
    /// <param name="notes">Notes are added here.</param>
    public static int[] Read(Panel panel, Preparation preparation, List<string> notes)
    {
        TokenInput[] inputs = [.. preparation.TokenInputs];
        int[] tokens = new int[panel.Rows * inputs.Length];
        for (int i = 0, own = 0; i < inputs.Length; i++)
        {
            if (inputs[i].Ahead > 0)
            {
                Shift(panel, tokens, inputs.Length, own, i, inputs[i].Ahead);
                continue;
            }

            own = i;
            notes.AddRange(inputs[i].Column.Write(panel, tokens, inputs.Length, i));
        }

        return tokens;
    }

    private static void Shift(Panel panel, int[] tokens, int width, int from, int to, int ahead)
    {
        foreach (SeriesRows series in panel.Series)
            for (int row = series.Start; row < series.End - ahead; row++) tokens[(row * width) + to] = tokens[((row + ahead) * width) + from];
    }
}
