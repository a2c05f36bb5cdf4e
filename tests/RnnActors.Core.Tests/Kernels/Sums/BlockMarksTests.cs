using CsCheck;
using RnnActors.Core.Kernels.Sums;
using Xunit;

namespace RnnActors.Core.Tests.Kernels.Sums;

/// <summary>Beside a plain array of one truth for each block.</summary>
public sealed class BlockMarksTests
{
    private static readonly Gen<(int Length, (bool Sets, int First, int Length)[] Changes)> Cases =
        from length in Gen.Int[1, 5000]
        from changes in (from sets in Gen.Bool
                         from first in Gen.Int[0, length - 1]
                         from count in Gen.Int[1, length - first]
                         select (sets, first, count)).Array[0, 12]
        select (length, changes);

    [Fact]
    public void Marks_are_those_of_a_plain_array() => Cases.Sample(sample =>
    {
        ulong[] marks = new ulong[BlockMarks.Words(sample.Length)];
        bool[] plain = new bool[BlockMarks.Blocks(sample.Length)];
        foreach (var (sets, first, length) in sample.Changes)
        {
            if (sets) BlockMarks.Set(marks, first, length);
            else BlockMarks.Clear(marks, first, length);
            for (int i = first; i < first + length; i++) plain[i / BlockMarks.BlockLength] = sets;
        }

        for (int block = 0; block < plain.Length; block++) Assert.Equal(plain[block], BlockMarks.IsSet(marks, block));
        for (int first = 0; first < plain.Length; first += 7)
        {
            int count = (plain.Length - first) / 2;
            Assert.Equal(plain.AsSpan(first, count).Count(true), BlockMarks.Count(marks, first, count));
            Assert.Equal(Runs(plain, first, first + count), Runs(marks, first, first + count));
        }
    }, iter: 300);

    private static List<(int First, int Count)> Runs(ulong[] marks, int first, int end)
    {
        List<(int, int)> runs = [];
        for (int block = first; BlockMarks.TryNextRun(marks, ref block, end, out int count); block += count) runs.Add((block, count));
        return runs;
    }

    private static List<(int First, int Count)> Runs(bool[] plain, int first, int end)
    {
        List<(int First, int Count)> runs = [];
        for (int block = first; block < end; block++)
        {
            if (!plain[block]) continue;
            if (runs.Count > 0 && runs[^1].First + runs[^1].Count == block) runs[^1] = (runs[^1].First, runs[^1].Count + 1);
            else runs.Add((block, 1));
        }

        return runs;
    }
}
