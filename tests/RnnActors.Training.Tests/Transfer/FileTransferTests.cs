using System.Collections.Concurrent;
using CsCheck;
using RnnActors.Core.Checkpoints;
using RnnActors.Training.Files;
using RnnActors.Training.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Transfer;

public sealed class FileTransferTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rnnactors-").FullName;
    private int _files;

    [Fact]
    public void Files_of_any_length_arrive_whole_and_are_acknowledged_while_blocks_pass()
    {
        RecordingSink far = new() { AcceptingFile = (file, _) => FileTarget.Into(Path.Combine(_folder, file.ToString())) };
        using ChannelPair pair = new(far: far);
        FrameDescription block = new(FrameKind.Gradient, new ContentHash(1));
        int sent = 0;
        Gen.OneOf(Gen.Int[0, 3], Gen.Int[262_100, 262_200], Gen.Int[0, 3_000_000]).Sample(length =>
        {
            (ContentHash hash, string path) = Write(length);
            pair.Near.Channel.SendFile(hash, path);
            pair.Near.Channel.Send(block with { Step = ++sent }, new float[300_000]);
            Assert.Contains($"delivered {hash}", pair.Near.Files(sent));
            far.Whole(sent);
            Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(Path.Combine(_folder, hash.ToString())));
            far.Files(sent);
        }, iter: 30, threads: 1);
        Assert.DoesNotContain(Directory.GetFiles(_folder), file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    /// <summary>A sender forgets a file that is acknowledged.</summary>
    [Fact]
    public void A_file_is_acknowledged_when_a_power_cut_cannot_take_it()
    {
        string folder = Path.Combine(_folder, "received");
        ConcurrentQueue<string> happened = [];
        void Record(string path)
        {
            if (path == folder) happened.Enqueue($"folder with {Directory.GetFiles(folder).Length} file");
            else if (Path.GetDirectoryName(path) == folder) happened.Enqueue($"temporary file of {new FileInfo(path).Length} bytes");
        }

        LocalDisk.Flushed += Record;
        try
        {
            (ContentHash hash, string path) = Write(300_000);
            using ChannelPair pair = new(far: new RecordingSink { AcceptingFile = (file, _) => FileTarget.Into(Path.Combine(folder, file.ToString())) });
            pair.Near.Channel.SendFile(hash, path);
            Assert.Equal([$"delivered {hash}"], pair.Near.Files(1));
            Assert.Equal(["temporary file of 300000 bytes", "folder with 1 file"], happened);
        }
        finally
        {
            LocalDisk.Flushed -= Record;
        }
    }

    [Fact]
    public void A_file_goes_on_where_blocks_never_end()
    {
        (ContentHash hash, string path) = Write(3_000_000);
        using Gate start = new();
        float[] block = new float[1_000_000];
        FrameDescription gradient = new(FrameKind.Gradient, new ContentHash(1));
        RecordingSink far = new()
        {
            AcceptingFile = (file, _) => FileTarget.Into(Path.Combine(_folder, file.ToString())),
            Accepting = _ =>
            {
                start.Wait();
                return FrameTarget.Discard;
            },
        };
        using ChannelPair pair = new(far: far);
        for (int i = 0; i < 300; i++) pair.Near.Channel.Send(gradient with { Step = i }, block);
        pair.Near.Channel.SendFile(hash, path);
        start.Set();
        far.Files(1);
        Assert.True(pair.Near.SentTransfers(0).Count < 300, "The file came after all blocks.");
    }

    [Fact]
    public void A_file_is_asked_for_and_comes_or_is_refused()
    {
        (ContentHash hash, string path) = Write(1000);
        ContentHash unknown = new(99);
        RecordingSink far = null!;
        far = new RecordingSink { Requested = file => Answer(far, file) };
        using ChannelPair pair = new(new RecordingSink { AcceptingFile = (file, _) => FileTarget.Into(Path.Combine(_folder, file.ToString())) }, far);
        pair.Near.Channel.RequestFile(hash);
        pair.Near.Channel.RequestFile(unknown);
        IReadOnlyList<string> files = pair.Near.Files(2);
        Assert.Contains($"received {Path.Combine(_folder, hash.ToString())}", files);
        Assert.Contains(files, file => file.StartsWith($"failed {unknown}: the other side does not have it", StringComparison.Ordinal));
        Assert.Contains($"delivered {hash}", far.Files(3));

        void Answer(RecordingSink sink, ContentHash file)
        {
            if (file == hash) sink.Channel.SendFile(file, path);
            else sink.Channel.RefuseFile(file);
        }
    }

    [Fact]
    public void A_file_that_is_there_already_is_thrown_away_and_acknowledged()
    {
        using ChannelPair pair = new(far: new RecordingSink { AcceptingFile = (_, _) => FileTarget.Discard });
        (ContentHash hash, string path) = Write(500_000);
        pair.Near.Channel.SendFile(hash, path);
        Assert.Equal([$"delivered {hash}"], pair.Near.Files(1));
    }

    [Fact]
    public void A_file_with_other_bytes_than_its_name_ends_the_channel_and_leaves_nothing()
    {
        string place = Path.Combine(_folder, "wrong");
        using ChannelPair pair = new(far: new RecordingSink { AcceptingFile = (_, _) => FileTarget.Into(place) });
        pair.Near.Channel.SendFile(new ContentHash(5), Write(500_000).Path);
        Assert.Contains("other bytes than its hash", pair.Far.Reason, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder, "wrong*"));
    }

    [Fact]
    public void A_connection_that_breaks_inside_a_file_leaves_nothing()
    {
        string place = Path.Combine(_folder, "half");
        (ContentHash hash, string path) = Write(50_000_000);
        RecordingSink far = null!;
        far = new RecordingSink
        {
            AcceptingFile = (_, _) =>
            {
                far.Channel.Close("enough");
                return FileTarget.Into(place);
            },
        };
        using ChannelPair pair = new(far: far);
        pair.Near.Channel.SendFile(hash, path);
        Assert.Equal("enough", pair.Far.Reason);
        Assert.Empty(Directory.GetFiles(_folder, "half*"));
    }

    [Fact]
    public void A_file_that_cannot_be_read_or_stored_costs_itself_alone()
    {
        string place = Path.Combine(_folder, "no folder");
        File.WriteAllText(place, "");
        using ChannelPair pair = new(far: new RecordingSink { AcceptingFile = (file, _) => FileTarget.Into(Path.Combine(place, file.ToString())) });
        ContentHash missing = new(3);
        pair.Near.Channel.SendFile(missing, Path.Combine(_folder, "missing"));
        Assert.StartsWith(
            $"failed {missing}: '{Path.Combine(_folder, "missing")}' cannot be read", Assert.Single(pair.Near.Files(1)), StringComparison.Ordinal);
        pair.Far.Files(1);
        (ContentHash hash, string path) = Write(500_000);
        pair.Near.Channel.SendFile(hash, path);
        Assert.StartsWith($"failed {hash}: the other side", pair.Near.Files(2)[1], StringComparison.Ordinal);
        string reason = pair.Far.Files(2)[1];
        Assert.StartsWith($"failed {hash}: '{Path.Combine(place, hash.ToString())}' cannot be written", reason, StringComparison.Ordinal);
        Assert.DoesNotContain(DurableFile.TemporaryExtension, reason, StringComparison.Ordinal);
        FrameDescription transfer = new(FrameKind.State, new ContentHash(1));
        pair.Near.Channel.Send(transfer, new float[5]);
        pair.Far.Whole(1);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private (ContentHash Hash, string Path) Write(int length)
    {
        byte[] bytes = new byte[length];
        new Random(_files).NextBytes(bytes);
        string path = Path.Combine(_folder, $"file {_files++}");
        File.WriteAllBytes(path, bytes);
        return (ContentHash.OfFile(path), path);
    }
}
