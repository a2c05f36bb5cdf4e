using RnnActors.Cli.Benchmarks;
using RnnActors.Core.Kernels.Simd;
using Xunit;

namespace RnnActors.Cli.Tests.Benchmarks;

public class FmaPeakTests
{
    /// <summary>Twelve chains of two operations a lane.</summary>
    [Fact]
    public void Operations_are_counted_at_the_width_in_use() => Assert.Equal(24 * ((int)Vectors.Width / 32) * 5.0, FmaPeak.Run(5));
}
