using System.Diagnostics;
using System.Globalization;
using RnnActors.Tests;

namespace RnnActors.Fuzz;

/// <summary>Very many damaged files of one format after another, on one thread.</summary>
internal static class DamagedFiles
{
    /// <summary>Reads each format to its end, or to the first input that is against the law.</summary>
    /// <param name="count">How many files of each format.</param>
    /// <returns>How many formats had such an input.</returns>
    public static int Read(IEnumerable<HostileFormat> formats, int count, int seed)
    {
        int against = 0;
        foreach (HostileFormat format in formats)
        {
            long began = Stopwatch.GetTimestamp();
            string? problem = HostileInputs.FindProblem(format, seed, count, said => Say($"  {format.Name}: {said}"));
            if (problem is not null) against++;
            using Process process = Process.GetCurrentProcess();
            string time = Stopwatch.GetElapsedTime(began).TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
            Say($"{format.Name}, seed {seed}: {problem ?? $"{count} damaged files read"}, {time} s, at most {process.PeakWorkingSet64 >> 20} MB");
        }

        return against;
    }

    private static void Say(string line)
    {
        Console.WriteLine(line);
        Console.Out.Flush();
    }
}
