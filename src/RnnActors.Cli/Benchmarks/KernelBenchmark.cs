using System.Diagnostics;
using RnnActors.Core.Kernels;

namespace RnnActors.Cli.Benchmarks;

/// <summary>Times kernels on one thread, at the vector width in use.</summary>
internal static class KernelBenchmark
{
    private const int LeastRuns = 3;

    /// <summary>Multiply-adds of a chain that take a fraction of a millisecond.</summary>
    private const int PeakLength = 20_000;

    /// <summary>Shorter work is repeated until it takes so long, so that the clock does not count.</summary>
    private static readonly TimeSpan ShortestRun = TimeSpan.FromMicroseconds(50);

    /// <summary>The most floating-point operations a second that this machine does in registers, in units of 10⁹: its best run, since nothing makes one too fast.</summary>
    public static double MeasurePeak(TimeSpan wanted)
    {
        double flops = 0;
        return Time(new KernelRun(() => flops = FmaPeak.Run(PeakLength)), wanted) is var times ? flops / times.Least / 1e9 : 0;
    }

    public static KernelResult Measure(KernelCase kernel, TimeSpan wanted) => new(kernel, Time(kernel.Create(), wanted));

    private static StepTimes Time(KernelRun kernel, TimeSpan wanted)
    {
        int repeats = 1;
        while (true)
        {
            long took = Ticks(kernel, repeats);
            if (kernel.Reset is not null || Stopwatch.GetElapsedTime(0, took) >= ShortestRun) break;
            repeats *= 2;
        }

        List<double> seconds = [];
        long began = Stopwatch.GetTimestamp();
        do seconds.Add(Ticks(kernel, repeats) / (double)Stopwatch.Frequency / repeats);
        while (seconds.Count < LeastRuns || Stopwatch.GetElapsedTime(began) < wanted);
        return new StepTimes(seconds);
    }

    private static long Ticks(KernelRun kernel, int repeats)
    {
        kernel.Reset?.Invoke();
        long began = Stopwatch.GetTimestamp();
        for (int i = 0; i < repeats; i++) kernel.Run();
        return Stopwatch.GetTimestamp() - began;
    }
}
