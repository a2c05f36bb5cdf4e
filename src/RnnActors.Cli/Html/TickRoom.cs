namespace RnnActors.Cli.Html;

/// <summary>
/// Decides which labels of an axis are shown at which width of a chart, since the width is only known where the page is read. A label for which a narrow chart
/// has no room gets a class, <c>r0</c> to <c>r3</c>, by which the style sheet hides it; <c>r3</c> is shown on wide charts only.
/// </summary>
internal static class TickRoom
{
    /// <summary>Widths of a chart in pixels up to which <c>r0</c>, <c>r1</c>, … are hidden.</summary>
    private static readonly double[] Widths = [200, 250, 420, 500];

    /// <summary>The width of a letter, and the gap between two labels, in pixels.</summary>
    private const double Letter = 7.2, Gap = 14;

    /// <summary>A label longer than this, close to an end of the axis, is moved inwards.</summary>
    private const int LongerThan = 5;

    private const double NearStart = 0.03, NearEnd = 0.95;

    /// <returns>The classes of each label; empty for none.</returns>
    public static string[] ClassesOf(IReadOnlyList<(double At, string Label)> ticks)
    {
        string[] hidden = new string[ticks.Count];
        for (int room = 0; room < Widths.Length; room++)
        {
            int stride = StrideOf(ticks, Widths[room]);
            for (int i = 0; i < ticks.Count; i++)
                if (i % stride != 0) hidden[i] = $"r{room}";
        }

        return [.. ticks.Select((tick, i) => $"{EndOf(tick.At, tick.Label)} {hidden[i]}".Trim())];
    }

    /// <summary>The labels for which a chart of a width has room.</summary>
    public static IEnumerable<(double At, string Label)> Shown(IReadOnlyList<(double At, string Label)> ticks, double width)
    {
        int stride = StrideOf(ticks, width);
        return ticks.Where((_, i) => i % stride == 0);
    }

    /// <summary>The distance between shown labels: a power of two, so that a narrow chart shows a subset of a wider one's.</summary>
    private static int StrideOf(IReadOnlyList<(double At, string Label)> ticks, double width)
    {
        int stride = 1;
        while (stride < ticks.Count && !Fits(ticks, stride, width)) stride *= 2;
        return stride;
    }

    private static string EndOf(double at, string label) =>
        label.Length <= LongerThan ? "" : at < NearStart ? "first" : at > NearEnd ? "last" : "";

    private static bool Fits(IReadOnlyList<(double At, string Label)> ticks, int every, double width)
    {
        double free = double.NegativeInfinity;
        for (int i = 0; i < ticks.Count; i += every)
        {
            double wide = Letter * ticks[i].Label.Length, middle = width * ticks[i].At;
            double left = EndOf(ticks[i].At, ticks[i].Label) switch { "first" => middle, "last" => middle - wide, _ => middle - (wide / 2) };
            if (left < free) return false;
            free = left + wide + Gap;
        }

        return true;
    }
}
