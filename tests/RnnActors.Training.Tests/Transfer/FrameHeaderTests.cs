using RnnActors.Core.Sharding;
using RnnActors.Training.Files;
using RnnActors.Training.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Transfer;

public class FrameHeaderTests
{
    private static readonly ContentHash Run = new(7);

    public static TheoryData<FrameKind, ShardRange, int, int> Transfers => new()
    {
        { FrameKind.Parameters, default, 0, 0 },
        { FrameKind.Parameters, default, 1024, int.MaxValue },
        { FrameKind.Gradient, new ShardRange(3, 5), 2048, 0 },
        { FrameKind.Gradient, new ShardRange((1 << 24) - 1, (1 << 24) - 1), 0, 0 },
        { FrameKind.State, new ShardRange(0, 1), 0, 0 },
    };

    [Theory]
    [MemberData(nameof(Transfers))]
    public void What_is_written_is_read(FrameKind kind, ShardRange shards, int first, int part)
    {
        var frame = new Frame(new FrameDescription(kind, Run, 9, 1L << 39, shards, first, part), 16, 8, 24);
        byte[] header = new byte[FrameHeader.Size];
        Array.Fill(header, (byte)0xFF);
        FrameHeader.Check(frame.Transfer);
        FrameHeader.Write(header, frame, 8, BodyForm.Whole, 5);
        Assert.Equal(frame, FrameHeader.Read(header, out var form, out ulong checksum));
        Assert.Equal((BodyForm.Whole, 5ul), (form, checksum));
    }

    [Fact]
    public void A_part_has_no_shards_and_shards_are_no_part()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => FrameHeader.Check(new FrameDescription(FrameKind.Parameters, Run, Shards: new ShardRange(0, 2))));
        Assert.Throws<ArgumentOutOfRangeException>(() => FrameHeader.Check(new FrameDescription(FrameKind.Parameters, Run, Part: -1)));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            FrameHeader.Check(new FrameDescription(FrameKind.Gradient, Run, Shards: new ShardRange(0, 2), Part: 1)));
    }
}
