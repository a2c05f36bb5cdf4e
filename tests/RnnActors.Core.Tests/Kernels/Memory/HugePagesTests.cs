using System.Globalization;
using RnnActors.Core.Kernels.Memory;
using Xunit;

namespace RnnActors.Core.Tests.Kernels.Memory;

public class HugePagesTests
{
    private const string Setting = "/sys/kernel/mm/transparent_hugepage/enabled", Asked = "hg";

    [Fact]
    public unsafe void A_large_buffer_asks_for_huge_pages_and_is_zero_and_holds_what_is_written()
    {
        var buffer = new AlignedBuffer(3 * HugePages.Size / sizeof(float));
        Assert.Equal(-1, buffer.Span.IndexOfAnyExcept(0f));
        buffer.Span.Fill(1);
        Assert.Equal(-1, buffer.Span.IndexOfAnyExcept(1f));
        fixed (float* middle = buffer.Span[(buffer.Length / 2)..])
            if (File.Exists(Setting)) Assert.Contains(Asked, FlagsAt((ulong)middle));
    }

    [Fact]
    public unsafe void A_thread_s_memory_asks_for_huge_pages()
    {
        var memory = ThreadMemory.Take(3 * HugePages.Size / sizeof(float));
        fixed (float* middle = memory[(memory.Length / 2)..])
            if (File.Exists(Setting)) Assert.Contains(Asked, FlagsAt((ulong)middle));
    }

    [Fact]
    public unsafe void Little_memory_asks_for_nothing()
    {
        float value = 0;
        Assert.False(HugePages.Ask(&value, sizeof(float)));
        Assert.False(HugePages.Ask(&value, 0));
    }

    /// <summary>What Linux says of the memory in which an address lies.</summary>
    private static string[] FlagsAt(ulong address)
    {
        bool isThere = false;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            string[] ends = words[0].Split('-');
            if (ends.Length == 2 && ulong.TryParse(ends[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong first))
                isThere = first <= address && address < ulong.Parse(ends[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            else if (isThere && words[0] == "VmFlags:")
                return words[1..];
        }

        return [];
    }
}
