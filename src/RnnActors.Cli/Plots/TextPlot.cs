using System.Globalization;
using System.Text;

namespace RnnActors.Cli.Plots;

/// <summary>The characters that a terminal can display.</summary>
internal enum TextPlotCharacters
{
    /// <summary>Braille: eight dots a character.</summary>
    Braille,

    Ascii,
}

/// <summary>Which of the two lines passes through a character of the plot.</summary>
internal enum TextPlotInk
{
    None,
    Actual,
    Predicted,

    /// <summary>Both lines pass through the character.</summary>
    Both,
}

/// <summary>
/// Predicted over actual, drawn with characters, for the end of a run in a terminal:
/// <code>
///        3 ┤                       ⣀⣀⠤⠤⠒⠒⠉
///          ┤               ⢀⣀⡠⠤⠔⠒⠊⠉      •
///          ┤       ⢀⣀⡠⠤⠔⠒⠊⠉⠁
///        1 ┤⣀⡠⠤⠔⠒⠊⠉⠁
///           row 1                        3
/// </code>
/// Every line but the legend has the width asked for at most. Without colours, the predicted line shows where it leaves the actual one.
/// </summary>
internal static class TextPlot
{
    // By code page, since a console wraps its encoding in a type of its own.
    private const int Utf8 = 65001, Utf16 = 1200, Utf32 = 12000;
    private const int LabelWidth = 8, Gutter = LabelWidth + 2;

    /// <summary>The characters to draw with, from the encoding of the terminal's output.</summary>
    public static TextPlotCharacters CharactersFor(Encoding output) =>
        output.CodePage is Utf8 or Utf16 or Utf32 ? TextPlotCharacters.Braille : TextPlotCharacters.Ascii;

    /// <param name="actual">The rows in order of time; if they do not fit, the last are drawn. Non-finite values leave gaps.</param>
    /// <param name="predicted">One for each actual value.</param>
    /// <param name="width">In characters, including the labels on the left; at least 20.</param>
    /// <param name="height">Lines of the plot itself, at least 2; the row numbers and the legend take two more.</param>
    /// <param name="times">One for each actual value; null if the rows have no dates.</param>
    /// <param name="paint">Colours a run of characters of one line, for example by markup; null for none.</param>
    public static IReadOnlyList<string> Draw(
        ReadOnlySpan<double> actual, ReadOnlySpan<double> predicted, int width, int height, TextPlotCharacters characters,
        Func<TextPlotInk, string, string>? paint = null,
        IReadOnlyList<DateTime>? times = null)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(predicted.Length, actual.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(actual.Length, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 2 * Gutter);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 2);
        int columns = width - Gutter;
        DotGrid dots = characters == TextPlotCharacters.Braille ? new DotGrid(columns, height, 2, 4) : new DotGrid(columns, height, 1, 1);
        int from = Math.Max(0, actual.Length - dots.Width);
        (double low, double high) = Range(actual[from..], predicted[from..]);
        dots.DrawLine(actual[from..], low, high, TextPlotInk.Actual);
        dots.DrawLine(predicted[from..], low, high, TextPlotInk.Predicted);

        List<string> lines = [];
        for (int row = 0; row < height; row++)
        {
            bool labelled = row == 0 || row == height - 1 || (row % 4 == 0 && row < height - 2);
            string label = labelled ? Label(high - ((high - low) * row / (height - 1))) : "";
            lines.Add(label.PadLeft(LabelWidth) + (characters == TextPlotCharacters.Braille ? " ┤" : " |") + Row(dots, row, characters, paint));
        }

        lines.Add(times is null
            ? Ends($"row {Number(from + 1)}", Number(actual.Length), columns)
            : Ends(Date(times, from), Date(times, actual.Length - 1), columns));
        lines.Add(Legend(characters, paint));
        return lines;
    }

    /// <summary>Draws one curve over the whole width, with its ends labelled below.</summary>
    /// <param name="values">At equal distances; non-finite values leave gaps.</param>
    public static IReadOnlyList<string> DrawCurve(ReadOnlySpan<double> values, int width, int height, TextPlotCharacters characters, string left, string right)
    {
        int dots = (width - Gutter) * (characters == TextPlotCharacters.Braille ? 2 : 1);
        double[] stretched = new double[dots];
        for (int i = 0; i < dots; i++)
        {
            double at = (double)i * (values.Length - 1) / (dots - 1), part = at - Math.Floor(at);
            double before = values[(int)at], after = values[Math.Min(values.Length - 1, (int)at + 1)];
            stretched[i] = part == 0 ? before : ((1 - part) * before) + (part * after);
        }

        IReadOnlyList<string> lines = Draw(stretched, stretched, width, height, characters);
        return [.. lines.Take(height), Ends(left, right, width - Gutter)];
    }

    /// <summary>With up to four digits, as many as fit.</summary>
    private static string Label(double value)
    {
        for (int digits = 4; digits > 1; digits--)
        {
            string label = value.ToString($"G{digits}", CultureInfo.InvariantCulture);
            if (label.Length <= LabelWidth) return label;
        }

        return value.ToString("G1", CultureInfo.InvariantCulture);
    }

    private static (double Low, double High) Range(ReadOnlySpan<double> actual, ReadOnlySpan<double> predicted)
    {
        double[] finite = [.. actual.ToArray().Concat(predicted.ToArray()).Where(double.IsFinite)];
        if (finite.Length == 0) return (0, 1);
        double low = finite.Min(), high = finite.Max();
        return high > low ? (low, high) : (low - 1, high + 1);
    }

    private static string Row(DotGrid dots, int row, TextPlotCharacters characters, Func<TextPlotInk, string, string>? paint)
    {
        StringBuilder line = new(), run = new();
        TextPlotInk ink = TextPlotInk.None;
        for (int column = 0; column <= dots.Columns; column++)
        {
            TextPlotInk next = column < dots.Columns ? dots.InkAt(column, row) : TextPlotInk.None;
            if (next != ink || column == dots.Columns)
            {
                line.Append(ink == TextPlotInk.None || paint is null ? run : paint(ink, run.ToString()));
                run.Clear();
                ink = next;
            }

            if (column < dots.Columns) run.Append(Character(dots, column, row, characters, paint is not null));
        }

        return paint is null ? line.ToString().TrimEnd() : line.ToString();
    }

    private static char Character(DotGrid dots, int column, int row, TextPlotCharacters characters, bool painted) =>
        (dots.InkAt(column, row), characters) switch
        {
            (TextPlotInk.None, _) => ' ',
            (TextPlotInk.Predicted, TextPlotCharacters.Braille) when !painted => '•',
            (_, TextPlotCharacters.Braille) => (char)('\u2800' + dots.PatternAt(column, row)),
            (TextPlotInk.Actual, _) => '.',
            (TextPlotInk.Predicted, _) => 'o',
            _ => '#',
        };

    /// <summary>The labels of the first and the last drawn row, below them.</summary>
    private static string Ends(string left, string right, int columns) =>
        new string(' ', Gutter)
            + (left == right || left == $"row {right}" || left.Length + right.Length + 1 > columns ? left : left + right.PadLeft(columns - left.Length));

    private static string Number(int row) => row.ToString(CultureInfo.InvariantCulture);

    /// <summary>With the precision of the dates.</summary>
    private static string Date(IReadOnlyList<DateTime> times, int row) =>
        times[row].ToString(times.All(time => time.TimeOfDay == TimeSpan.Zero) ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Legend(TextPlotCharacters characters, Func<TextPlotInk, string, string>? paint)
    {
        string indent = new(' ', Gutter);
        Func<TextPlotInk, string, string> say = paint ?? ((_, text) => text);
        return characters == TextPlotCharacters.Ascii
            ? $"{indent}{say(TextPlotInk.Actual, ". actual")}  {say(TextPlotInk.Predicted, "o predicted")}  {say(TextPlotInk.Both, "# both")}"
            : paint is null ? $"{indent}⠒⠒ actual  • predicted where it differs"
            : $"{indent}{say(TextPlotInk.Actual, "⠒⠒ actual")}  {say(TextPlotInk.Predicted, "⠒⠒ predicted")}  {say(TextPlotInk.Both, "⠒⠒ both")}";
    }
}
