using RnnActors.Cli.Plots;
using Xunit;

namespace RnnActors.Cli.Tests.Plots;

public class PlotFontsTests
{
    [Fact]
    public void The_font_comes_with_the_program_in_both_weights()
    {
        string font = PlotFonts.For("Température (°C) – RMSE 12.3², 5 × 3 € µm", "one\ntwo");
        Assert.Equal("Inter", ScottPlot.Fonts.GetTypeface(font, bold: false, italic: false).FamilyName);
        Assert.Equal(600, ScottPlot.Fonts.GetTypeface(font, bold: true, italic: false).FontWeight);
    }

    [Fact]
    public void Every_label_that_we_write_ourselves_is_in_it()
    {
        string font = PlotFonts.For();
        Assert.Equal(font, PlotFonts.For("actual predicted training validation best: epoch 17, 0.04426 (logarithmic) 1E-05 1,234.5 2017-01-13 12:30"));
    }
}
