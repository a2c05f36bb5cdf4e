using RnnActors.Cli.Display;

namespace RnnActors.Cli.Benchmarks;

/// <summary>A kernel, measured.</summary>
internal sealed record KernelResult(KernelCase Kernel, StepTimes Times)
{
    public bool IsProduct => Kernel.Flops > 0;

    public double GigaflopsPerSecond => Kernel.Flops / Times.Median / 1e9;

    public double ElementsPerSecond => Kernel.Elements / Times.Median;

    public double GigabytesPerSecond => ElementsPerSecond * Kernel.BytesPerElement / 1e9;

    /// <summary>One line for people, as soon as the kernel is done.</summary>
    /// <param name="peak">GFLOP/s that this machine can do.</param>
    public string Line(double peak) => $"{Kernel.Name,-34} " + (IsProduct
        ? $"{BenchFigures.Rate(GigaflopsPerSecond)} GFLOP/s, {BenchFigures.Percent(GigaflopsPerSecond / peak)} of peak"
        : $"{Figures.Count((long)(ElementsPerSecond / 1e6))} million elements/s, {BenchFigures.Rate(GigabytesPerSecond)} GB/s");

    /// <summary>The members of its JSON line.</summary>
    public IEnumerable<(string Key, object? Value)> Members(double peak) =>
    [
        ("peer", BenchReport.OurName), ("mode", "kernels"), ("threads", 1), ("workload", Kernel.Name), .. BenchFigures.Members(Times),
        .. (IEnumerable<(string, object?)>)(IsProduct
            ? [("gflops", Math.Round(GigaflopsPerSecond, 2)), ("peak_percent", Math.Round(100 * GigaflopsPerSecond / peak, 1))]
            : [("elements_per_s", Math.Round(ElementsPerSecond)), ("gb_per_s", Math.Round(GigabytesPerSecond, 2))]),
    ];
}
