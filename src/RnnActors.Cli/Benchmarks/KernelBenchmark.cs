using System.Diagnostics;

namespace RnnActors.Cli.Benchmarks;

/// <summary>Times kernels on one thread, at the vector width in use.</summary>
internal static class KernelBenchmark
{
    private const int MinRuns = 3;

    /// <summary>The length of a chain of multiply-adds that takes a fraction of a millisecond.</summary>
    private const int PeakLength = 20_000;

    /// <summary>How long the peak is measured after a long run, as a share of the run.</summary>
    private const double PeakShare = 0.05;

    /// <summary>Shorter work is repeated for at least this long, so that the clock's resolution does not matter.</summary>
    private static readonly TimeSpan ShortestRun = TimeSpan.FromMicroseconds(50);

    /// <summary>
    /// The maximum floating-point operations a second in registers, in units of 10⁹. The best run counts, since disturbances only slow it down.
    /// </summary>
    public static double MeasurePeak(TimeSpan wanted)
    {
        double flops = 0;
        return Time(new KernelRun(() => flops = FmaPeak.Run(PeakLength)), wanted) is var times ? flops / times.Min / 1e9 : 0;
    }

    /// <summary>Times the kernel and multiply-adds in registers, by turns.</summary>
    public static KernelResult Measure(KernelCase kernel, TimeSpan wanted)
    {
        var work = kernel.Create();
        int repeats = RepeatsOf(work);
        double flops = 0;
        var peak = new KernelRun(() => flops = FmaPeak.Run(PeakLength));
        TurnTimes times = new(), ofPeak = new();
        double ofRun = Turn(ofPeak, peak, 1);
        long began = Stopwatch.GetTimestamp();
        while (times.Turns < MinRuns || Stopwatch.GetElapsedTime(began) < wanted)
        {
            double took = Turn(times, work, repeats);
            Turn(ofPeak, peak, 1 + (int)(took * PeakShare / ofRun));
        }

        return new KernelResult(kernel, times.Steps, Spread.Of(times.Beside(ofPeak).Select(ratio => kernel.Flops / flops / ratio)));
    }

    private static double Turn(TurnTimes times, KernelRun kernel, int repeats)
    {
        double seconds = Ticks(kernel, repeats) / (double)Stopwatch.Frequency;
        times.Add(seconds / repeats);
        times.EndTurn();
        return seconds;
    }

    private static StepTimes Time(KernelRun kernel, TimeSpan wanted)
    {
        int repeats = RepeatsOf(kernel);
        List<double> seconds = [];
        long began = Stopwatch.GetTimestamp();
        do seconds.Add(Ticks(kernel, repeats) / (double)Stopwatch.Frequency / repeats);
        while (seconds.Count < MinRuns || Stopwatch.GetElapsedTime(began) < wanted);
        return new StepTimes(seconds);
    }

    /// <summary>How often the work is repeated for the clock; 1 if operands must be reset in between.</summary>
    private static int RepeatsOf(KernelRun kernel)
    {
        for (int repeats = 1; ; repeats *= 2)
        {
            long took = Ticks(kernel, repeats);
            if (kernel.Reset is not null || Stopwatch.GetElapsedTime(0, took) >= ShortestRun) return repeats;
        }
    }

    private static long Ticks(KernelRun kernel, int repeats)
    {
        kernel.Reset?.Invoke();
        long began = Stopwatch.GetTimestamp();
        for (int i = 0; i < repeats; i++) kernel.Run();
        return Stopwatch.GetTimestamp() - began;
    }
}
