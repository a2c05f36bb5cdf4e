using System.Runtime.InteropServices;
using RnnActors.Core.Sequences;
using XunitAssert = Xunit.Assert;

namespace RnnActors.Core.Tests.Training;

/// <summary>Two datasets are the same when every row has the same bits.</summary>
internal static class SameDataset
{
    public static void Assert(SequenceDataset expected, SequenceDataset found)
    {
        XunitAssert.Equal((expected.Rows, expected.Steps, expected.Streams, expected.Input, expected.Target),
            (found.Rows, found.Steps, found.Streams, found.Input, found.Target));
        int[] rows = [.. Enumerable.Range(0, expected.Rows)];
        Batch one = expected.CreateBatch(rows.Length), other = found.CreateBatch(rows.Length);
        expected.Read(rows, one);
        found.Read(rows, other);
        XunitAssert.True(MemoryMarshal.AsBytes(one.Inputs).SequenceEqual(MemoryMarshal.AsBytes(other.Inputs)));
        XunitAssert.True(MemoryMarshal.AsBytes(one.Targets).SequenceEqual(MemoryMarshal.AsBytes(other.Targets)));
        XunitAssert.True(one.Tokens.SequenceEqual(other.Tokens));
        XunitAssert.True(one.Labels.SequenceEqual(other.Labels));
    }
}
