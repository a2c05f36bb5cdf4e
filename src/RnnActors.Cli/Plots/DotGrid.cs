namespace RnnActors.Cli.Plots;

/// <summary>
/// The dots of two lines, in a grid of characters with <paramref name="dotsAcross"/> × <paramref name="dotsDown"/> dots each (2 × 4 for Braille, 1 × 1 for
/// letters).
/// </summary>
internal sealed class DotGrid(int columns, int rows, int dotsAcross, int dotsDown)
{
    // The bit of each dot of a Braille character, by row and column. Unicode numbers them down the left column, then down the right one, with the bottom row
    // last.
    private static readonly byte[,] BrailleBits = { { 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 } };

    private readonly byte[,] _patterns = new byte[rows, columns];
    private readonly TextPlotInk[,] _inks = new TextPlotInk[rows, columns];

    public int Columns { get; } = columns;

    /// <summary>In dots.</summary>
    public int Width { get; } = columns * dotsAcross;

    /// <summary>In dots.</summary>
    public int Height { get; } = rows * dotsDown;

    public TextPlotInk InkAt(int column, int row) => _inks[row, column];

    /// <summary>The dots as the lowest byte of a Braille character.</summary>
    public byte PatternAt(int column, int row) => _patterns[row, column];

    /// <summary>Draws values from the left edge to the right one as a line; non-finite values leave gaps.</summary>
    public void DrawLine(ReadOnlySpan<double> values, double low, double high, TextPlotInk ink)
    {
        (int X, int Y)? previous = null;
        for (int i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
            {
                previous = null;
                continue;
            }

            int x = values.Length == 1 ? 0 : (int)((long)i * (Width - 1) / (values.Length - 1));
            int y = (int)Math.Round((high - values[i]) / (high - low) * (Height - 1));
            Join(previous ?? (x, y), (x, y), ink);
            previous = (x, y);
        }
    }

    /// <summary>Draws a dot in every column between two points, or in every row if the line is steep.</summary>
    private void Join((int X, int Y) from, (int X, int Y) to, TextPlotInk ink)
    {
        int steps = Math.Max(1, Math.Max(Math.Abs(to.X - from.X), Math.Abs(to.Y - from.Y)));
        for (int i = 0; i <= steps; i++)
            Set(from.X + (int)Math.Round((double)(to.X - from.X) * i / steps), from.Y + (int)Math.Round((double)(to.Y - from.Y) * i / steps), ink);
    }

    private void Set(int x, int y, TextPlotInk ink)
    {
        (int column, int row) = (x / dotsAcross, y / dotsDown);
        _patterns[row, column] |= BrailleBits[y % dotsDown, x % dotsAcross];
        TextPlotInk there = _inks[row, column];
        _inks[row, column] = there == TextPlotInk.None || there == ink ? ink : TextPlotInk.Both;
    }
}
