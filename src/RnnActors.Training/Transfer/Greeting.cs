using System.Buffers.Binary;
using System.Security.Cryptography;

namespace RnnActors.Training.Transfer;

/// <summary>
/// The handshake of a connection. The opener sends magic, version and token (24 bytes); nothing more is read before the token is valid. The answer is magic and
/// version (8 bytes).
/// </summary>
internal static class Greeting
{
    public const int TokenSize = 16;

    private const ulong Magic = 0x0000_0001_4843_4E52; // RNCH, version 1
    private const int AnswerSize = sizeof(ulong);
    private const int Size = AnswerSize + TokenSize;

    public static UInt128 NewToken() => Token(RandomNumberGenerator.GetBytes(TokenSize));

    public static byte[] Bytes(UInt128 token)
    {
        byte[] bytes = new byte[TokenSize];
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, token);
        return bytes;
    }

    public static UInt128 Token(byte[] bytes) => BinaryPrimitives.ReadUInt128LittleEndian(bytes);

    /// <summary>Opens a connection: sends the token and waits until it is accepted.</summary>
    public static void Send(Stream stream, byte[] token)
    {
        byte[] greeting = new byte[Size];
        BinaryPrimitives.WriteUInt64LittleEndian(greeting, Magic);
        token.CopyTo(greeting, AnswerSize);
        stream.Write(greeting);
        stream.Flush();
        byte[] answer = new byte[AnswerSize];
        if (stream.ReadAtLeast(answer, AnswerSize, throwOnEndOfStream: false) < AnswerSize)
            throw new ChannelException("the other side closed the connection without accepting its certificate and token");
        if (BinaryPrimitives.ReadUInt64LittleEndian(answer) != Magic) throw new ChannelException("what answers there is no tensor channel of this version");
    }

    /// <summary>Reads the token of the side that opens a connection.</summary>
    public static UInt128 Receive(Stream stream)
    {
        byte[] greeting = new byte[Size];
        if (stream.ReadAtLeast(greeting.AsSpan(0, AnswerSize), AnswerSize, throwOnEndOfStream: false) < AnswerSize)
            throw new EndOfStreamException("it closed before its greeting was whole");
        if (BinaryPrimitives.ReadUInt64LittleEndian(greeting) != Magic)
            throw new ChannelException("it does not speak the tensor channel's protocol of this version");
        if (stream.ReadAtLeast(greeting.AsSpan(AnswerSize), TokenSize, throwOnEndOfStream: false) < TokenSize)
            throw new EndOfStreamException("it closed before its token was whole");
        return BinaryPrimitives.ReadUInt128LittleEndian(greeting.AsSpan(AnswerSize));
    }

    public static void Accept(Stream stream)
    {
        byte[] answer = new byte[AnswerSize];
        BinaryPrimitives.WriteUInt64LittleEndian(answer, Magic);
        stream.Write(answer);
        stream.Flush();
    }
}
