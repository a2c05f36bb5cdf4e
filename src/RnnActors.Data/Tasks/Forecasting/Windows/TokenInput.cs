using System.Globalization;
using RnnActors.Core.Sequences;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>
/// An input of tokens: the categories of an embedded column at the rows of a window or, where it is known ahead, so many rows later, as numbers are read that
/// are known ahead. Behind the end of a series stands token 0.
/// </summary>
/// <param name="Ahead">Rows ahead; 0 for those of the window.</param>
/// <param name="Name">Of the input, which layers read.</param>
internal sealed record TokenInput(EmbeddedColumn Column, int Ahead, string Name)
{
    /// <summary>More inputs of one column are no use of it.</summary>
    public const int MaxAhead = 64;

    /// <summary>As the network reads it: at the steps of the windows.</summary>
    public NamedSignal Signal => new(Name, Shape.Tokens(Column.Categories.Count + 1)) { StepsOf = 0 };

    /// <summary>What an embedded column is read as: by its name and, where it is known ahead, <c>NAME_ahead</c>, <c>NAME_ahead_2</c> …</summary>
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

    /// <summary>The same of a column whose categories are not known yet.</summary>
    public static IEnumerable<TokenInput> Of(string column, ForecastDataSpec spec) => Of(new EmbeddedColumn(column, ["a"]), spec);

    /// <summary>The tokens of all inputs of a panel: (rows, inputs).</summary>
    /// <param name="notes">What is to be said of them is added.</param>
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
