using RnnActors.Cli.Benchmarks;
using Xunit;

namespace RnnActors.Cli.Tests.Benchmarks;

public class KernelCaseTests
{
    [Fact]
    public void Every_kernel_can_be_chosen_by_its_name()
    {
        string[] names = [.. KernelCase.All.Select(kernel => kernel.Name)];
        Assert.Distinct(names);
        Assert.All(names, name => Assert.Contains(BenchFilter.Choose(KernelCase.All, kernel => kernel.Name, name, "kernels"), kernel => kernel.Name == name));
    }

    [Theory]
    [InlineData("lstm cell")]
    [InlineData("gru cell")]
    [InlineData("64x64x256")]
    [InlineData("row 1x64")]
    [InlineData("cross-entropy 512")]
    [InlineData("exp")]
    public void A_kernel_is_timed_three_times_at_least(string filter) => Assert.All(
        BenchFilter.Choose(KernelCase.All, kernel => kernel.Name, filter, "kernels"), kernel =>
        {
            Assert.True(kernel.Flops > 0);
            Assert.Equal(kernel.Elements > 0, kernel.BytesPerElement > 0);
            var result = KernelBenchmark.Measure(kernel, TimeSpan.FromTicks(1));
            Assert.True(result.Times.Runs >= 3);
            Assert.True(double.IsFinite(result.Times.Median));
            Assert.True(result.OfPeak.Median > 0);
        });
}
