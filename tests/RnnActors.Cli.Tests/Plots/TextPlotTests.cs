using System.Text;
using CsCheck;
using RnnActors.Cli.Plots;
using Xunit;

namespace RnnActors.Cli.Tests.Plots;

public class TextPlotTests
{
    private static readonly Gen<double> Values = Gen.OneOf(Gen.Double[-1e6, 1e6], Gen.Double[-1e300, 1e300], Gen.Double[-1e-300, 1e-300], Gen.Const(double.NaN),
        Gen.Const(double.PositiveInfinity), Gen.Const(3.0));

    [Fact]
    public void It_never_exceeds_its_width_and_has_its_height() =>
        Gen.Select(Gen.Select(Values, Values).Array[1, 300], Gen.Int[20, 120], Gen.Int[2, 20], Gen.Bool).Sample((rows, width, height, ascii) =>
        {
            IReadOnlyList<string> lines = TextPlot.Draw(
                rows.Select(r => r.Item1).ToArray(), rows.Select(r => r.Item2).ToArray(), width, height,
                ascii ? TextPlotCharacters.Ascii : TextPlotCharacters.Braille);
            Assert.Equal(height + 2, lines.Count);
            Assert.All(lines.SkipLast(1), line => Assert.InRange(line.Length, 1, width));
            if (ascii) Assert.All(lines, line => Assert.True(Ascii.IsValid(line)));
        }, iter: 300);

    [Fact]
    public void A_rising_line_goes_from_the_lower_left_to_the_upper_right() => Assert.Equal(
    [
        "       4 |        ##",
        "         |     ###",
        "         |  ###",
        "       1 |##",
        "          row 1    4",
    ], TextPlot.Draw([1, 2, 3, 4], [1, 2, 3, 4], 20, 4, TextPlotCharacters.Ascii).SkipLast(1));

    [Fact]
    public void Where_the_prediction_leaves_the_truth_both_are_seen() => Assert.Equal(
    [
        "       1 |#####.....",
        "       0 |     ooooo",
    ], TextPlot.Draw([1, 1, 1, 1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 0, 0, 0, 0, 0], 20, 2, TextPlotCharacters.Ascii).Take(2));

    [Fact]
    public void A_value_that_is_missing_leaves_a_gap() => Assert.Equal(
        "       1 |##### ####",
        TextPlot.Draw([1, 1, 1, 1, 1, double.NaN, 1, 1, 1, 1], [1, 1, 1, 1, 1, double.NaN, 1, 1, 1, 0], 20, 2, TextPlotCharacters.Ascii)[0].Replace('.', '#'));

    [Fact]
    public void Braille_sets_the_dots_of_the_line() => Assert.Equal(
    [
        "       1 ┤⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉",
        "       0 ┤••••••••••",
    ], TextPlot.Draw([1, 1], [0, 0], 20, 2, TextPlotCharacters.Braille).Take(2));

    [Fact]
    public void Of_many_rows_the_last_are_drawn()
    {
        double[] rows = [.. Enumerable.Range(1, 1000).Select(i => (double)i)];
        IReadOnlyList<string> lines = TextPlot.Draw(rows, rows, 30, 5, TextPlotCharacters.Braille);
        Assert.StartsWith("          row 961 ", lines[^2], StringComparison.Ordinal);
        Assert.EndsWith(" 1000", lines[^2], StringComparison.Ordinal);
        Assert.StartsWith("    1000 ", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Paint_gets_every_inked_run_once_and_changes_no_character()
    {
        double[] actual = [.. Enumerable.Range(0, 60).Select(i => Math.Sin(i / 5.0))], predicted = [.. actual.Select(a => a * 0.7)];
        List<TextPlotInk> inks = [];
        IReadOnlyList<string> painted = TextPlot.Draw(actual, predicted, 60, 8, TextPlotCharacters.Ascii, (ink, text) =>
        {
            inks.Add(ink);
            return $"<{text}>";
        });
        Assert.Equal(
            TextPlot.Draw(actual, predicted, 60, 8, TextPlotCharacters.Ascii),
            painted.Select(line => line.Replace("<", "", StringComparison.Ordinal).Replace(">", "", StringComparison.Ordinal).TrimEnd()));
        Assert.Equal([TextPlotInk.Actual, TextPlotInk.Predicted, TextPlotInk.Both], inks.Distinct().Order());
    }

    [Fact]
    public void Terminals_without_Unicode_get_letters()
    {
        Assert.Equal(TextPlotCharacters.Braille, TextPlot.CharactersFor(Encoding.UTF8));
        Assert.Equal(TextPlotCharacters.Ascii, TextPlot.CharactersFor(Encoding.ASCII));
        Assert.Equal(TextPlotCharacters.Ascii, TextPlot.CharactersFor(Encoding.Latin1));
    }
}
