using RnnActors.Data.Wording;

namespace RnnActors.Cli.Benchmarks;

/// <summary>A measured kernel.</summary>
/// <param name="OfPeak">Its floating-point operations a second, as a share of those of multiply-adds in registers before and after each run.</param>
internal sealed record KernelResult(KernelCase Kernel, StepTimes Times, Spread OfPeak)
{
    public bool IsProduct => Kernel.Elements == 0;

    public double GigaflopsPerSecond => Kernel.Flops / Times.Median / 1e9;

    public double ElementsPerSecond => Kernel.Elements / Times.Median;

    public double GigabytesPerSecond => ElementsPerSecond * Kernel.BytesPerElement / 1e9;

    /// <summary>One line for people, as soon as the kernel is done.</summary>
    public string Line => $"{Kernel.Name,-34} " + (IsProduct
        ? $"{BenchFigures.Rate(GigaflopsPerSecond)} GFLOP/s"
        : $"{Figures.Count((long)(ElementsPerSecond / 1e6))} million elements/s, {BenchFigures.Rate(GigabytesPerSecond)} GB/s")
            + $", {BenchFigures.Percent(OfPeak.Median)} of peak";

    /// <summary>The fields of its JSON line.</summary>
    public IEnumerable<(string Key, object? Value)> Members() =>
    [
        ("peer", BenchReport.OurName), ("mode", "kernels"), ("threads", 1), ("workload", Kernel.Name), .. BenchFigures.Members(Times),
        .. (IEnumerable<(string, object?)>)(IsProduct
            ? []
            : [("elements_per_s", Math.Round(ElementsPerSecond)), ("gb_per_s", Math.Round(GigabytesPerSecond, 2))]),
        ("gflops", Math.Round(GigaflopsPerSecond, 2)), ("peak_percent", Math.Round(100 * OfPeak.Median, 1)),
        ("peak_percent_quartiles", OfPeak.Quartiles(100, 1)),
    ];
}
