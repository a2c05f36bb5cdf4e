using System.IO.Hashing;
using System.Runtime.InteropServices;
using RnnActors.Data.Series;
using Xunit;

namespace RnnActors.Data.Tests.Series;

public class MackeyGlassTests
{
    [Fact]
    public void The_series_stays_on_its_attractor()
    {
        double[] x = MackeyGlass.Generate(2000);
        Assert.All(x, value => Assert.InRange(value, 0.2, 1.5));
        Assert.InRange(x.Average(), 0.88, 0.98);
    }

    [Fact]
    public void A_longer_series_begins_as_a_shorter_one() => Assert.Equal(MackeyGlass.Generate(100), MackeyGlass.Generate(250)[..100]);

    [Fact]
    public void It_does_not_repeat_itself()
    {
        double[] x = MackeyGlass.Generate(1000);
        for (int lag = 20; lag < 200; lag++)
        {
            double difference = Enumerable.Range(0, 800).Max(i => Math.Abs(x[i] - x[i + lag]));
            Assert.True(difference > 0.05, $"The series repeats itself after {lag} rows.");
        }
    }

    [Fact]
    public void It_is_the_same_bits_on_every_machine() =>
        Assert.Equal("e57b1e975488ad9c84325f8cb0489960", Convert.ToHexStringLower(XxHash128.Hash(MemoryMarshal.AsBytes<double>(MackeyGlass.Generate(3000)))));
}
