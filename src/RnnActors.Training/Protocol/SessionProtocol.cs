using MessagePack;

namespace RnnActors.Training.Protocol;

/// <summary>
/// A client with a certificate asks for a session with the coordinator. Akka.Remote does not tell an actor which certificate a message came with, so the client
/// signs its messages. Answered with <see cref="SessionOffered"/>.
/// </summary>
/// <param name="Client">Who asks, for people.</param>
[MessagePackObject]
public sealed record AskSession([property: Key(0)] string Client) : IWireMessage;

/// <summary>The coordinator's challenge. It is part of everything that the client signs, until the coordinator offers another one.</summary>
/// <param name="Session">Random bytes.</param>
[MessagePackObject]
public sealed record SessionOffered([property: Key(0)] byte[] Session) : IWireMessage;

/// <summary>A client's message with the proof that its sender holds a certificate of the cluster's authority.</summary>
/// <param name="Sequence">Higher than in any earlier message of the session, so that no message counts twice.</param>
/// <param name="AnswerTo">The path of the actor that gets the answer, in the sender's process.</param>
/// <param name="Message">As <c>WireSerializer.Pack</c> writes it; one of <see cref="ClientRights"/>.</param>
/// <param name="Certificates">In DER: the client's own, and those between it and the authority.</param>
/// <param name="Signature">The signature of everything but the certificates.</param>
[MessagePackObject]
public sealed record SignedRequest(
    [property: Key(0)] byte[] Session, [property: Key(1)] long Sequence, [property: Key(2)] string AnswerTo, [property: Key(3)] byte[] Message,
    [property: Key(4)] byte[][] Certificates, [property: Key(5)] byte[] Signature) : IWireMessage;

/// <summary>The client's certificate does not give it the right to send that message.</summary>
/// <param name="Reason">As a sentence without its full stop.</param>
[MessagePackObject]
public sealed record RightRefused([property: Key(0)] ClientRight Needed, [property: Key(1)] string Reason) : IWireMessage;
