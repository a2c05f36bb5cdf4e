namespace RnnActors.Tests;

/// <summary>
/// Damaged files of a format, one after another, held to the law of <see cref="HostileFolder"/>. A seed and a number make the same file anew.
/// </summary>
internal static class HostileInputs
{
    /// <summary>After so many inputs it is said how far it is.</summary>
    private const int Part = 10_000;

    /// <summary>After it the input that is being read is kept and named, since the process may have to be ended.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    /// <param name="say">Told of inputs that take long, and how many were refused.</param>
    /// <returns>The first input that is against the law, where it is kept and why; null for none.</returns>
    public static string? FindProblem(HostileFormat format, int seed, int count, Action<string> say)
    {
        using HostileFolder folder = new(format);
        IReadOnlyList<byte[]> valid = format.Valid();
        foreach (byte[] bytes in valid) folder.Read(bytes);
        (int Input, byte[] Bytes) now = (0, []);
        using Timer watch = new(_ => say($"input {now.Input} takes long, {folder.Keep(now.Bytes)}"));
        for (int input = 0; input < count; input++)
        {
            if (input > 0 && input % Part == 0) say($"{input} inputs, {folder.Refused} refused");
            byte[] bytes = HostileBytes.Mutate(new Random(SeedOf(seed, input)), valid);
            now = (input, bytes);
            watch.Change(Long, Timeout.InfiniteTimeSpan);
            if (folder.Judge(bytes) is { } problem) return $"seed {seed}, input {input} of {bytes.Length} bytes, {folder.Keep(bytes)}: {problem}";
        }

        watch.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        say($"{count} inputs, {folder.Refused} refused");
        return null;
    }

    /// <summary>Two seeds have hardly any input in common (Fibonacci hashing).</summary>
    private static int SeedOf(int seed, int input) => unchecked((int)(((((ulong)(uint)seed << 32) | (uint)input) * 0x9E37_79B9_7F4A_7C15) >> 32));
}
