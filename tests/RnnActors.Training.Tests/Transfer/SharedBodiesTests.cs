using System.Globalization;
using RnnActors.Core.Sharding;
using RnnActors.Training.Files;
using RnnActors.Training.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Transfer;

/// <summary>Shared memory between the ends of a channel. Any folder serves; without one that both sides reach, everything goes by the connection.</summary>
public sealed class SharedBodiesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rnnactors-shared-").FullName;

    [SkippableFact]
    public void Bodies_come_out_in_the_order_in_which_they_went_in_and_never_overtake_the_reader()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Bodies go by shared memory on Linux alone.");
        using SharedSlots near = SharedSlots.TryCreate(_folder)!, far = SharedSlots.TryOpen(_folder, near.Name)!;
        int sent = 0, read = 0;
        byte[] body = new byte[100];
        var random = new Random(3);
        for (int turn = 0; turn < 200; turn++)
        {
            for (int i = random.Next(30); i > 0 && near.TryWrite(Body(sent)); i--) sent++;
            for (int i = random.Next(30); i > 0 && read < sent; i--)
            {
                far.Read(body);
                Assert.Equal(-1, body.AsSpan().IndexOfAnyExcept((byte)read++));
            }
        }

        Assert.InRange(sent, 500, int.MaxValue);
        while (near.TryWrite(body)) sent++;
        Assert.InRange(sent - read, 1, 64);
        far.Skip();
        Assert.True(near.TryWrite(body));

        byte[] Body(int number)
        {
            byte[] filled = new byte[body.Length];
            filled.AsSpan().Fill((byte)number);
            return filled;
        }
    }

    /// <summary>While a cluster is upgraded, its nodes are of two builds.</summary>
    [SkippableFact]
    public void A_peer_whose_build_lays_it_out_in_another_way_has_no_memory_in_common()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Bodies go by shared memory on Linux alone.");
        using SharedSlots near = SharedSlots.TryCreate(_folder)!;
        File.Move(Assert.Single(Directory.GetFiles(_folder)), Path.Combine(_folder, $"rnnactors-{near.Name}")); // as the first build names it
        Assert.Null(SharedSlots.TryOpen(_folder, near.Name));
    }

    [SkippableFact]
    public void The_file_is_its_users_alone_and_gone_when_both_have_it()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Bodies go by shared memory on Linux alone.");
        using SharedSlots near = SharedSlots.TryCreate(_folder)!;
        string path = Assert.Single(Directory.GetFiles(_folder));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsLinux() ? File.GetUnixFileMode(path) : default);
        using SharedSlots far = SharedSlots.TryOpen(_folder, near.Name)!;
        near.Hide();
        Assert.Empty(Directory.GetFiles(_folder));
        Assert.Null(SharedSlots.TryOpen(_folder, near.Name));
        Assert.True(near.TryWrite([7]));
        byte[] read = new byte[1];
        far.Read(read);
        Assert.Equal(7, read[0]);
    }

    [SkippableFact]
    public void What_is_no_such_memory_is_not_opened()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Bodies go by shared memory on Linux alone.");
        using SharedSlots near = SharedSlots.TryCreate(_folder)!;
        string path = Assert.Single(Directory.GetFiles(_folder));
        Assert.Null(SharedSlots.TryOpen(_folder, new ContentHash(1)));
        Assert.Null(SharedSlots.TryOpen(Path.Combine(_folder, "none"), near.Name));
        string Other(int number) => path[..^32] + number.ToString("x32", CultureInfo.InvariantCulture);
        File.Copy(path, Other(2));
        Assert.Null(SharedSlots.TryOpen(_folder, new ContentHash(2)));
        File.WriteAllBytes(Other(3), new byte[5000]);
        Assert.Null(SharedSlots.TryOpen(_folder, new ContentHash(3)));
        File.WriteAllBytes(Other(4), []);
        Assert.Null(SharedSlots.TryOpen(_folder, new ContentHash(4)));
        File.Move(path, path + "-moved");
        File.CreateSymbolicLink(path, path + "-moved");
        Assert.Null(SharedSlots.TryOpen(_folder, near.Name));
        Assert.Null(SharedSlots.TryCreate(Path.Combine(_folder, "none")));
    }

    [SkippableFact]
    public void A_reader_that_has_read_what_was_never_sent_ends_the_channel()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Bodies go by shared memory on Linux alone.");
        using SharedSlots near = SharedSlots.TryCreate(_folder)!, far = SharedSlots.TryOpen(_folder, near.Name)!;
        int slots = 0;
        while (near.TryWrite([7])) slots++;
        for (int i = 0; i <= slots; i++) far.Skip();
        Assert.Throws<ChannelException>(() => near.TryWrite([7]));
    }

    [SkippableFact]
    public void A_second_offer_and_an_answer_to_none_end_the_channel_and_an_offer_from_elsewhere_is_refused()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Bodies go by shared memory on Linux alone.");
        using SharedSlots offered = SharedSlots.TryCreate(_folder)!;
        List<(FrameKind Word, ContentHash Name)> words = [];
        using SharedBodies bodies = new(_folder, (word, name) => words.Add((word, name)));
        bodies.Offered(new ContentHash(1));
        bodies.Offered(offered.Name);
        Assert.Equal([(FrameKind.SharingRefused, new ContentHash(1)), (FrameKind.SharingAccepted, offered.Name)], words);
        Assert.Throws<ChannelException>(() => bodies.Offered(offered.Name));
        Assert.Throws<ChannelException>(() => bodies.Answered(offered.Name, isAccepted: true));
        Assert.False(bodies.TryWrite([7]));
        Assert.Equal(FrameKind.SharingOffered, words[^1].Word);
        bodies.Answered(words[^1].Name, isAccepted: false);
        Assert.False(bodies.TryWrite([7]));
    }

    [SkippableFact]
    public void Bodies_go_by_shared_memory_from_the_answer_on()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Bodies go by shared memory on Linux alone.");
        List<(FrameKind Word, ContentHash Name)> words = [];
        using SharedBodies near = new(_folder, (word, name) => words.Add((word, name))), far = new(_folder, (word, name) => words.Add((word, name)));
        Assert.False(near.TryWrite([7]));
        far.Offered(words[^1].Name);
        Assert.False(near.TryWrite([7]));
        near.Answered(words[^1].Name, words[^1].Word == FrameKind.SharingAccepted);
        Assert.True(near.TryWrite([7]));
        byte[] read = new byte[1];
        far.Read(read);
        Assert.Equal(7, read[0]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Blocks_arrive_to_the_bit_with_shared_memory_and_without(bool isShared)
    {
        using (ChannelPair pair = new(settings: new ChannelSettings { SharedMemory = isShared ? _folder : Path.Combine(_folder, "none") }))
        {
            float[] block = new float[1_000_003];
            for (int step = 1; step <= 5; step++)
            {
                for (int i = 0; i < block.Length; i++) block[i] = (i * 7) + step;
                FrameDescription transfer = new(FrameKind.Gradient, new ContentHash(7), 3, step, new ShardRange(0, 2));
                pair.Near.Channel.Send(transfer, block);
                pair.Far.Whole(step);
                Assert.Equal(block, pair.Far.Block(transfer));
            }

            Assert.InRange(pair.Far.Channel.BytesReceived, 5L * sizeof(float) * block.Length, 5L * (sizeof(float) * block.Length + 2000));
        }

        Assert.Empty(Directory.GetFiles(_folder));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
