using System.Globalization;
using Xunit.Abstractions;

namespace RnnActors.Tests;

/// <summary>
/// Damages files of a format and holds its reader to the law of <see cref="HostileFolder"/>. The seed is printed; <c>RNNACTORS_HOSTILE_INPUTS</c> sets how
/// many inputs each format gets.
/// </summary>
internal static class HostileFiles
{
    /// <summary>After it the input that is being read is kept and named, since the test may have to be ended.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    public static void Check(ITestOutputHelper log, HostileFormat format)
    {
        using HostileFolder folder = new(format);
        IReadOnlyList<byte[]> valid = format.Valid();
        foreach (byte[] bytes in valid) folder.Read(bytes);
        int seed = (int)(Variable("RNNACTORS_SEED") ?? 1), count = (int)(Variable("RNNACTORS_HOSTILE_INPUTS") ?? format.Inputs);
        log.WriteLine($"{format.Name}, seed {seed}: RNNACTORS_SEED={seed} repeats it");
        (int Input, byte[] Bytes) now = (0, []);
        using Timer watch = new(_ => log.WriteLine($"input {now.Input} takes long, {folder.Keep(now.Bytes)}"));
        for (int input = 0; input < count; input++)
        {
            byte[] bytes = HostileBytes.Mutate(new Random(HashCode(seed, input)), valid);
            now = (input, bytes);
            watch.Change(Long, Timeout.InfiniteTimeSpan);
            if (folder.Judge(bytes) is { } problem)
                throw new Xunit.Sdk.XunitException($"seed {seed}, input {input} of {bytes.Length} bytes, {folder.Keep(bytes)}: {problem}");
        }

        watch.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        log.WriteLine($"{count} inputs, {folder.Refused} refused");
    }

    private static int HashCode(int seed, int input) => unchecked((seed * 7919) + input);

    private static double? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? double.Parse(text, CultureInfo.InvariantCulture) : null;
}
