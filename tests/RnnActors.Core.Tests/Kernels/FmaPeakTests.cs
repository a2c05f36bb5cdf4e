using RnnActors.Core.Kernels;
using Xunit;

namespace RnnActors.Core.Tests.Kernels;

[Collection(VectorWidthTests.Name)]
public class FmaPeakTests
{
    /// <summary>Twelve chains of two operations a lane.</summary>
    [Fact]
    public void Operations_are_counted_at_every_width() =>
        Assert.Equal([24 * 16 * 5.0, 24 * 8 * 5.0, 24 * 4 * 5.0, 24 * 5.0], VectorWidthTests.AtEveryWidth(() => FmaPeak.Run(5)));
}
