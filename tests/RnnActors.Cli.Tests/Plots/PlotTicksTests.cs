using RnnActors.Cli.Plots;
using Xunit;

namespace RnnActors.Cli.Tests.Plots;

public class PlotTicksTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(-0.30000000000000004, "-0.3")]
    [InlineData(12345, "12,345")]
    [InlineData(160000000, "1.6E+08")]
    [InlineData(0.00002, "2E-05")]
    public void Labels_are_short(double value, string label) => Assert.Equal(label, PlotTicks.Label(value));
}
