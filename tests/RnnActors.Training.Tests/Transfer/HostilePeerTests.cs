using System.Net;
using System.Net.Sockets;
using CsCheck;
using RnnActors.Core.Sharding;
using RnnActors.Training.Files;
using RnnActors.Training.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Transfer;

/// <summary>Whatever a peer sends that it should not: it loses its connection with a reason, and nobody else loses anything.</summary>
public sealed class HostilePeerTests : IDisposable
{
    private static readonly FrameDescription Gradient = new(FrameKind.Gradient, new ContentHash(7), 2, 5, new ShardRange(2, 2));

    private static readonly FrameDescription Message = Gradient with { Kind = FrameKind.Message };

    private readonly Refusals _refused = new();
    private readonly ChannelListener _listener;

    public HostilePeerTests() => _listener = ChannelListener.Start(new IPEndPoint(IPAddress.Loopback, 0), null, refused: _refused.Add);

    public static TheoryData<string, string> BadFrames => new()
    {
        { "magic", "no frame of this version" },
        { "header checksum", "checksum of a frame's header" },
        { "body checksum", "checksum of a frame of the gradient of shards 2 to 3 of step 5 is wrong" },
        { "kind", "unknown kind 60" },
        { "length", "1048580 bytes is announced" },
        { "total", "ends at byte 12 of the gradient" },
        { "gap", "out of order" },
        { "empty", "does not hold whole values" },
        { "half a value", "does not hold whole values" },
        { "other total", "out of order" },
        { "again", "began a second time" },
        { "word", "has a body" },
        { "file", "no file is wanted" },
        { "huge file", "are the most" },
        { "sparse state", "of the kind State is sparse" },
        { "sparse nothing", "does not say what it covers" },
        { "sparse blocks", "does not hold the blocks that it announces" },
        { "sparse end", "has blocks behind its end" },
        { "sparse total", "ends at byte 64 of the gradient" },
        { "form", "has no known form" },
        { "shared", "shared memory that was not opened" },
        { "shared slot", "a frame of 262148 bytes lies in no slot" },
        { "shared message", "of the kind Message is in shared memory" },
        { "shared answer", "an offer of shared memory that was not made" },
        { "message", "a message of 16777217 bytes is announced" },
        { "empty message", "a message of 0 bytes is announced" },
        { "message in pieces", "comes in pieces" },
        { "mixed messages", "two long messages are mixed" },
        { "rest of a message", "out of order" },
    };

    [Theory]
    [MemberData(nameof(BadFrames))]
    public void A_bad_frame_ends_the_connection(string name, string reason)
    {
        RecordingSink sink = new();
        using Socket peer = Open(sink);
        peer.Send(name switch
        {
            "magic" => Changed(0),
            "header checksum" => Changed(30),
            "body checksum" => Changed(70),
            "kind" => Bytes(new Frame(Gradient with { Kind = (FrameKind)60 }, 0, 8, 8)),
            "length" => Bytes(new Frame(Gradient, 0, FrameHeader.MaxBody + 4, FrameHeader.MaxBody + 4)),
            "total" => Bytes(new Frame(Gradient, 4, 8, 8)),
            "gap" => [.. Bytes(new Frame(Gradient, 0, 8, 40)), .. Bytes(new Frame(Gradient, 16, 8, 40))],
            "empty" => Bytes(new Frame(Gradient, 0, 0, 0)),
            "half a value" => Bytes(new Frame(Gradient, 0, 6, 6)),
            "other total" => [.. Bytes(new Frame(Gradient, 0, 8, 40)), .. Bytes(new Frame(Gradient, 8, 8, 44))],
            "again" => [.. Bytes(new Frame(Gradient, 0, 8, 40)), .. Bytes(new Frame(Gradient, 0, 8, 40))],
            "word" => Bytes(new Frame(Gradient with { Kind = FrameKind.FileRequest }, 0, 4, 4)),
            "file" => Bytes(new Frame(Gradient with { Kind = FrameKind.File }, 0, 4, 4)),
            "sparse state" => Bytes(new Frame(Gradient with { Kind = FrameKind.State }, 0, 8, 8), BodyForm.Sparse),
            "form" => Bytes(new Frame(Gradient, 0, 8, 8), (BodyForm)0xC0),
            "shared" => Bytes(new Frame(Gradient, 0, 8, 8), BodyForm.Shared),
            "shared slot" => Bytes(new Frame(Gradient, 0, (1 << 18) + 4, (1 << 18) + 4), BodyForm.Shared),
            "shared message" => Bytes(new Frame(Gradient with { Kind = FrameKind.Message }, 0, 8, 8), BodyForm.Shared),
            "shared answer" => Bytes(new Frame(new FrameDescription(FrameKind.SharingAccepted, new ContentHash(9)), 0, 0, 0)),
            "sparse nothing" => Sparse(0, 0, 64),
            "sparse blocks" => Sparse(16, 1, 64),
            "sparse end" => Sparse(16, 2, 64),
            "sparse total" => Sparse(16, 0, 32),
            "message" => Bytes(new Frame(Message, 0, 70_000, TensorChannel.MaxMessageBytes + 1)),
            "empty message" => Bytes(new Frame(Message, 0, 0, 0)),
            "message in pieces" => Bytes(new Frame(Message, 0, 8, 16)),
            "mixed messages" => [.. Bytes(new Frame(Message, 0, 8, 70_000)), .. Bytes(new Frame(Message with { Step = 9 }, 0, 8, 70_004)),
                .. Bytes(new Frame(Message, 8, 8, 70_000))],
            "rest of a message" => Bytes(new Frame(Message, 8, 8, 70_000)),
            "huge file" => Bytes(new Frame(Gradient with { Kind = FrameKind.File }, 0, 4, (1L << 40) - 1)),
            _ => throw new NotSupportedException(name),
        });
        Assert.Contains(reason, sink.Reason, StringComparison.Ordinal);
        Assert.Empty(sink.Whole(0));
        AssertStillServes();
    }

    [Fact]
    public void A_header_is_read_where_its_kind_and_form_are_defined_and_refused_where_not()
    {
        for (int both = 0; both <= byte.MaxValue; both++)
        {
            (FrameKind kind, BodyForm form) = ((FrameKind)(both & 0x3F), (BodyForm)(both & 0xC0));
            byte[] header = Bytes(new Frame(Gradient with { Kind = kind }, 0, 8, 8), form)[..FrameHeader.Size];
            if (Enum.IsDefined(kind) && Enum.IsDefined(form)) Assert.Equal(kind, FrameHeader.Read(header, out _, out _).Transfer.Kind);
            else Assert.Throws<ChannelException>(() => FrameHeader.Read(header, out _, out _));
        }
    }

    [Fact]
    public void A_session_that_is_cut_at_any_byte_ends_with_a_reason_and_with_the_transfers_that_were_whole()
    {
        byte[] first = Bytes(new Frame(Gradient, 0, 8, 8)), second = Bytes(new Frame(Gradient with { Step = 6 }, 0, 12, 12));
        byte[] session = [.. first, .. second];
        for (int cut = 0; cut <= session.Length; cut++)
        {
            RecordingSink sink = new();
            using (Socket peer = Open(sink)) peer.Send(session.AsSpan(0, cut));
            Assert.Contains("the other side closed the connection", sink.Reason, StringComparison.Ordinal);
            Assert.Equal(cut == 0 || cut == first.Length || cut == session.Length, !sink.Reason.Contains("inside a frame", StringComparison.Ordinal));
            Assert.Equal(cut < first.Length ? 0 : cut < session.Length ? 1 : 2, sink.Whole(0).Count);
        }
    }

    [Fact]
    public void Random_bytes_anywhere_in_a_session_end_it_or_change_nothing() => Gen.Select(Gen.Int[0, 155], Gen.Byte.Array[1, 40]).Sample((at, noise) =>
    {
        byte[] session = [.. Bytes(new Frame(Gradient, 0, 8, 8)), .. Bytes(new Frame(Gradient with { Step = 6 }, 0, 20, 20))];
        byte[] sent = [.. session];
        noise.AsSpan(0, Math.Min(noise.Length, sent.Length - at)).CopyTo(sent.AsSpan(at));
        RecordingSink sink = new();
        using (Socket peer = Open(sink)) peer.Send(sent);
        _ = sink.Reason;
        Assert.Equal(sent.AsSpan(0, 72).SequenceEqual(session.AsSpan(0, 72)) ? 1 : 0, Math.Min(1, sink.Whole(0).Count));
        if (sink.Whole(0).Count == 2) Assert.Equal(session, sent);
    }, iter: 200, threads: 1);

    [Fact]
    public void A_token_opens_one_channel_and_no_second_one()
    {
        RecordingSink sink = new();
        byte[] token = _listener.Expect(sink);
        using Socket first = Greet(token);
        _ = sink.Channel;
        RecordingSink second = new();
        TensorChannel.Connect("127.0.0.1", _listener.Port, token, null, second);
        Assert.Contains("without accepting", second.Reason, StringComparison.Ordinal);
        Assert.Contains("token is unknown, used or too old", _refused.Take().Reason, StringComparison.Ordinal);
        Assert.False(sink.IsBroken);
        Assert.Equal(1, _listener.Refused);
    }

    [Fact]
    public void A_token_that_was_forgotten_or_is_too_old_opens_nothing()
    {
        ManualTime time = new();
        Refusals refused = new();
        using ChannelListener listener =
            ChannelListener.Start(new IPEndPoint(IPAddress.Loopback, 0), null, ChannelSettings.Default with { Time = time }, refused.Add);
        byte[] forgotten = listener.Expect(new RecordingSink()), old = listener.Expect(new RecordingSink());
        listener.Forget(forgotten);
        RecordingSink first = new(), second = new();
        TensorChannel.Connect("127.0.0.1", listener.Port, forgotten, null, first);
        Assert.Contains("without accepting", first.Reason, StringComparison.Ordinal);
        Assert.Contains("token is unknown, used or too old", refused.Take().Reason, StringComparison.Ordinal);
        time.Advance(TimeSpan.FromSeconds(61));
        TensorChannel.Connect("127.0.0.1", listener.Port, old, null, second);
        Assert.Contains("without accepting", second.Reason, StringComparison.Ordinal);
        Assert.Contains("token is unknown, used or too old", refused.Take().Reason, StringComparison.Ordinal);
        Assert.Equal(2, listener.Refused);
    }

    [Fact]
    public void Garbage_instead_of_a_greeting_is_refused_and_told_from_what_is_gone_before_it_was_whole()
    {
        foreach (byte[] garbage in new[] { "GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), new byte[24], [1], [] })
        {
            using Socket peer = new(SocketType.Stream, ProtocolType.Tcp);
            peer.Connect(IPAddress.Loopback, _listener.Port);
            peer.Send(garbage);
            peer.Shutdown(SocketShutdown.Send);
            var refused = _refused.Take();
            Assert.Equal(("127.0.0.1", garbage.Length < 8), (refused.Address, refused.HasGone));
            AssertClosed(peer);
        }

        AssertStillServes();
    }

    [Fact]
    public void Whoever_shows_no_token_in_time_is_closed()
    {
        Refusals refused = new();
        using ChannelListener listener = ChannelListener.Start(
            new IPEndPoint(IPAddress.Loopback, 0), null, ChannelSettings.Default with { OpeningTime = TimeSpan.FromMilliseconds(200) }, refused.Add);
        using Socket silent = new(SocketType.Stream, ProtocolType.Tcp);
        silent.Connect(IPAddress.Loopback, listener.Port);
        silent.Send([0x52]);
        var late = refused.Take();
        Assert.Contains("no token within 0.2 s", late.Reason, StringComparison.Ordinal);
        Assert.False(late.HasGone);
        AssertClosed(silent);
    }

    [SkippableFact]
    public void A_slot_of_shared_memory_that_does_not_belong_to_its_header_ends_the_connection()
    {
        using SharedSlots? slots = SharedSlots.TryCreate(ChannelSettings.Default.SharedMemory);
        Skip.If(slots is null, "There is no memory to share.");
        RecordingSink sink = new();
        using Socket peer = Open(sink);
        Assert.True(slots.TryWrite([1, 1, 1, 1, 1, 1, 1, 1]));
        byte[] another = Bytes(new Frame(Gradient, 0, 8, 8), BodyForm.Shared);
        peer.Send([.. Bytes(new Frame(new FrameDescription(FrameKind.SharingOffered, slots.Name), 0, 0, 0)), .. another[..FrameHeader.Size]]);
        Assert.Contains("checksum of a frame of the gradient", sink.Reason, StringComparison.Ordinal);
        AssertStillServes();
    }

    [Fact]
    public void Many_silent_connections_cost_the_oldest_their_place_and_nobody_else_his()
    {
        Refusals refused = new();
        using ChannelListener listener =
            ChannelListener.Start(new IPEndPoint(IPAddress.Loopback, 0), null, ChannelSettings.Default with { MaxHalfOpen = 4 }, refused.Add);
        Socket[] silent = [.. Enumerable.Range(0, 12).Select(_ => new Socket(SocketType.Stream, ProtocolType.Tcp))];
        foreach (Socket socket in silent) socket.Connect(IPAddress.Loopback, listener.Port);
        for (int i = 0; i < 8; i++) Assert.Contains("showed no token", refused.Take().Reason, StringComparison.Ordinal);
        RecordingSink near = new(), far = new();
        TensorChannel.Connect("127.0.0.1", listener.Port, listener.Expect(far), null, near);
        _ = (near.Channel, far.Channel);
        foreach (Socket socket in silent) socket.Dispose();
        near.Channel.Dispose();
    }

    [Fact]
    public void A_listener_that_never_answers_breaks_the_channel_in_time()
    {
        using Socket silent = new(SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen();
        RecordingSink sink = new();
        TensorChannel.Connect(
            "127.0.0.1", ((IPEndPoint)silent.LocalEndPoint!).Port, new byte[16], null, sink,
                ChannelSettings.Default with { OpeningTime = TimeSpan.FromMilliseconds(200) });
        Assert.Contains("did not open the channel within 0.2 s", sink.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_listening_is_told_at_once()
    {
        _listener.Dispose();
        RecordingSink sink = new();
        TensorChannel.Connect("127.0.0.1", _listener.Port, new byte[16], null, sink);
        Assert.Contains($"127.0.0.1:{_listener.Port} cannot be reached", sink.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_certificates_it_stays_within_this_machine()
    {
        string refusal = Assert.Throws<Core.Problems.InvalidInputException>(() => ChannelListener.Start(new IPEndPoint(IPAddress.Any, 0), null)).Message;
        Assert.Contains("without certificates", refusal, StringComparison.Ordinal);
        using ChannelListener allowed =
            ChannelListener.Start(new IPEndPoint(IPAddress.Any, 0), null, ChannelSettings.Default with { AllowPlainTextBetweenHosts = true });
        RecordingSink sink = new();
        TensorChannel.Connect("192.0.2.1", 1, new byte[16], null, sink);
        Assert.Contains("needs certificates", sink.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_that_is_taken_is_a_clear_error() =>
        Assert.Contains(
            "cannot listen on 127.0.0.1",
                Assert.Throws<Core.Problems.InvalidInputException>(() =>
                    ChannelListener.Start(new IPEndPoint(IPAddress.Loopback, _listener.Port), null)).Message, StringComparison.Ordinal);

    public void Dispose() => _listener.Dispose();

    private static byte[] Bytes(in Frame frame, BodyForm form = BodyForm.Whole)
    {
        byte[] bytes = new byte[FrameHeader.Size + Math.Min(frame.Length, 1000)];
        for (int i = FrameHeader.Size; i < bytes.Length; i++) bytes[i] = (byte)i;
        FrameHeader.Write(bytes, frame, frame.Length, form, System.IO.Hashing.XxHash3.HashToUInt64(bytes.AsSpan(FrameHeader.Size)));
        return bytes;
    }

    /// <summary>A frame of a gradient that covers so many values, with one byte of marks and no block.</summary>
    private static byte[] Sparse(int values, byte marks, long total)
    {
        byte[] body = [.. BitConverter.GetBytes(values), marks], bytes = new byte[FrameHeader.Size + body.Length];
        body.CopyTo(bytes, FrameHeader.Size);
        FrameHeader.Write(bytes, new Frame(Gradient, 0, body.Length, total), body.Length, BodyForm.Sparse, System.IO.Hashing.XxHash3.HashToUInt64(body));
        return bytes;
    }

    private static byte[] Changed(int at)
    {
        byte[] bytes = Bytes(new Frame(Gradient, 0, 8, 8));
        bytes[at] ^= 4;
        return bytes;
    }

    private static void AssertClosed(Socket peer)
    {
        peer.ReceiveTimeout = 30_000;
        try
        {
            Assert.Equal(0, peer.Receive(new byte[1]));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // It had more to say than was read.
        }
    }

    private Socket Greet(byte[] token)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, _listener.Port);
        using NetworkStream stream = new(socket, ownsSocket: false);
        Greeting.Send(stream, token);
        return socket;
    }

    private Socket Open(RecordingSink sink) => Greet(_listener.Expect(sink));

    private void AssertStillServes()
    {
        RecordingSink near = new(), far = new();
        TensorChannel.Connect("127.0.0.1", _listener.Port, _listener.Expect(far), null, near);
        near.Channel.Send(Gradient, new float[] { 1, 2 });
        far.Whole(1);
        Assert.Equal([1f, 2f], far.Block(Gradient));
        near.Channel.Dispose();
    }
}
