using RnnActors.Cli.Display;
using RnnActors.Core.Metrics;
using Xunit;

namespace RnnActors.Cli.Tests.Display;

public sealed class JsonLineWriterTests
{
    [Fact]
    public void Numbers_that_are_not_finite_are_null_wherever_they_are()
    {
        using StringWriter output = new();
        new JsonLineWriter(output).Write(
            "step", ("loss", double.NaN), ("rate", float.PositiveInfinity),
            ("metrics", new MetricList(new KeyValuePair<string, double>("r2", double.NegativeInfinity))), ("name", "a\nb"));

        Assert.Equal("{\"event\":\"step\",\"loss\":null,\"rate\":null,\"metrics\":{\"r2\":null},\"name\":\"a\\nb\"}", output.ToString().TrimEnd());
    }
}
