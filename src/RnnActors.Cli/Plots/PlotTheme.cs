using ScottPlot;

namespace RnnActors.Cli.Plots;

/// <summary>
/// The common style of plots. Colours are from Okabe and Ito's palette, which is distinguishable with any colour vision (https://jfly.uni-koeln.de/color/).
/// Lines also differ in width, so that they can be told apart in grey.
/// </summary>
internal static class PlotTheme
{
    public const int Width = 1200, Height = 700;

    public static readonly Color Actual = Color.FromHex("#56B4E9");
    public static readonly Color Predicted = Color.FromHex("#D55E00");
    public static readonly Color Training = Color.FromHex("#0072B2");
    public static readonly Color Validation = Color.FromHex("#D55E00");
    public static readonly Color Text = Color.FromHex("#24292F");
    public static readonly Color Quiet = Color.FromHex("#6E7781");

    private const float TitleHeight = 52, LegendHeight = 36, Gap = 12, Margin = 24, LeftEdge = 84, BottomEdge = 60;

    private static readonly Color Grid = Color.FromHex("#E4E7EB");

    public static void Apply(Plot plot, string title, string xLabel, string yLabel, string font)
    {
        plot.FigureBackground.Color = Colors.White;
        plot.DataBackground.Color = Colors.White;
        plot.Font.Set(font);
        plot.Title(title, 20);
        plot.Axes.Title.Label.ForeColor = Text;
        plot.Axes.Title.Label.Font = ScottPlot.Fonts.GetTypeface(font, bold: true, italic: false);
        plot.XLabel(xLabel, 16);
        plot.YLabel(yLabel, 16);
        foreach (IAxis axis in plot.Axes.GetAxes())
        {
            axis.Label.Bold = false;
            axis.Label.ForeColor = Text;
            axis.TickLabelStyle.FontSize = 14;
            axis.TickLabelStyle.ForeColor = Quiet;
            axis.FrameLineStyle.Color = Grid;
            axis.MajorTickStyle.Color = Grid;
            axis.MinorTickStyle.Length = 0;
        }

        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Grid.MajorLineColor = Grid;
        plot.Axes.Right.MinimumSize = Margin;
        plot.Axes.Left.MinimumSize = LeftEdge;
        plot.Axes.Bottom.MinimumSize = BottomEdge;
        FixTop(plot, legend: 0);
    }

    /// <summary>Shows a frameless legend above the data.</summary>
    public static void ShowLegend(Plot plot, string font)
    {
        plot.Legend.FontName = font;
        plot.Legend.FontSize = 15;
        plot.Legend.FontColor = Text;
        plot.Legend.OutlineWidth = 0;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.BackgroundColor = Colors.White.WithAlpha(0.85);
        plot.Legend.Orientation = Orientation.Horizontal;
        plot.Legend.TightHorizontalWrapping = true;
        plot.Legend.InterItemPadding = new PixelPadding(12, 12, 0, 0);
        ScottPlot.Panels.LegendPanel panel = plot.ShowLegend(Edge.Top);
        panel.Padding = new PixelPadding(0);
        (panel.MinimumSize, panel.MaximumSize) = (LegendHeight, LegendHeight);
        FixTop(plot, LegendHeight);
    }

    /// <summary>Lets the data areas of adjacent panels begin at the same height, with or without a title and a legend.</summary>
    private static void FixTop(Plot plot, float legend)
    {
        (plot.Axes.Title.MinimumSize, plot.Axes.Title.MaximumSize) = (TitleHeight, TitleHeight);
        float rest = Gap + LegendHeight - legend;
        (plot.Axes.Top.MinimumSize, plot.Axes.Top.MaximumSize) = (rest, rest);
    }
}
