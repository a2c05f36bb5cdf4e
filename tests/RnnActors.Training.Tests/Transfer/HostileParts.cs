using Xunit;

namespace RnnActors.Training.Tests.Transfer;

/// <summary>Places and lengths, in values, that are no part of any vector of a run: before it,
/// behind it, between its pages, of no length, and such as overflow.</summary>
internal sealed class HostileParts : TheoryData<int, long>
{
    public HostileParts()
    {
        AddRange(
            (-1024, 1024), (-1024, 2048), (-1, 1), (int.MinValue, 1), (int.MinValue, int.MaxValue),
            (1, 1), (1023, 1), (1536, 512), (int.MaxValue, 1), (int.MaxValue - 1023, 1024),
            (1 << 30, 1 << 30), (1024, int.MaxValue), (1024, long.MaxValue / 4), (0, 1L << 38), (0, 1L << 32),
            (0, 0), (0, -1), (1024, -1), (1024, long.MinValue / 4));
    }

    private void AddRange(params (int First, long Length)[] parts)
    {
        foreach (var (first, length) in parts) Add(first, length);
    }
}
