using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using RnnActors.Core.Kernels.Simd;
using RnnActors.Core.Training;

namespace RnnActors.Training.Arrangement;

/// <summary>What a measured arrangement holds for: the processor, the number of threads, this version, and every size that decides what a step costs.</summary>
internal static class ArrangementKey
{
    private static readonly string[] ProcessorFields = ["model name", "cpu family", "model", "stepping", "CPU implementer", "CPU part"];

    private static readonly Lazy<string> Processor = new(FindProcessor);

    /// <returns>Readable, but for the hash of the model's sizes.</returns>
    public static string Of(TrainingJob job, int threads)
    {
        var sizes = new StringBuilder();
        foreach (var slot in job.Model.Layout.Slots) sizes.Append(slot.Name).Append(' ').Append(slot.Rows).Append('x').Append(slot.Columns).Append(';');
        sizes.Append(job.Training.Batch).Append(';').Append(job.Training.Shards).Append(';').Append(job.Data.Streams).Append(';').Append(job.Data.Steps);
        string model = Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(sizes.ToString())));
        var version = typeof(ArrangementKey).Assembly.GetName().Version;
        return $"{Processor.Value}, {Environment.ProcessorCount} processors, {(int)Vectors.Width} bits, {threads} threads, version {version}, model {model}";
    }

    private static string FindProcessor()
    {
        try
        {
            if (OperatingSystem.IsLinux() && FromLinux(File.ReadLines("/proc/cpuinfo")) is { Length: > 0 } name) return name;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A container may hide it.
        }

        return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    /// <summary>The first processor's name and model numbers.</summary>
    internal static string FromLinux(IEnumerable<string> lines) => string.Join(' ', lines
        .TakeWhile(line => line.Trim().Length > 0)
        .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
        .Where(field => field.Length == 2 && ProcessorFields.Contains(field[0]))
        .Select(field => field[1]));
}
