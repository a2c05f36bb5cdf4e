using System.Buffers;
using System.Text;
using Akka.Actor;
using Akka.Serialization;
using MessagePack;
using SerializationException = System.Runtime.Serialization.SerializationException;

namespace RnnActors.Training.Protocol;

/// <summary>
/// Converts between messages and bytes: MessagePack records under names that never change, from one closed list. Anything that is not in the list, or whose
/// bytes do not fit its name, is refused with a <see cref="SerializationException"/> and counted. Types are never looked up by name.
/// </summary>
public sealed class WireSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>The serializer's id, above those that Akka reserves (0 to 40).</summary>
    private const int Id = 4053;

    private static readonly MessagePackSerializerOptions Options =
        MessagePackSerializerOptions.Standard.WithSecurity(MessagePackSecurity.UntrustedData.WithMaximumObjectGraphDepth(16)).WithOmitAssemblyVersion(true);

    private static long _refused;

    /// <summary>How many messages this process has refused.</summary>
    public static long Refused => Interlocked.Read(ref _refused);

    public override int Identifier => Id;

    public override string Manifest(object o) => NameOf(o);

    public override byte[] ToBinary(object obj)
    {
        NameOf(obj);
        return MessagePackSerializer.Serialize(obj.GetType(), obj, Options);
    }

    public override object FromBinary(byte[] bytes, string manifest) => Read(bytes, manifest);

    /// <summary>A message of a step for the tensor channel, or of a client to be signed: the length of its name (1 byte), its name, its record.</summary>
    internal static byte[] Pack(IWireMessage message)
    {
        string name = NameOf(message);
        var packed = new ArrayBufferWriter<byte>();
        packed.GetSpan(1)[0] = (byte)name.Length;
        packed.Advance(1);
        packed.Write(Encoding.ASCII.GetBytes(name));
        MessagePackSerializer.Serialize(message.GetType(), packed, message, Options);
        return packed.WrittenSpan.ToArray();
    }

    /// <summary>Reads a message of a step that <see cref="Pack"/> has written.</summary>
    /// <exception cref="SerializationException">The bytes are no such message.</exception>
    internal static IWireMessage Unpack(ReadOnlySpan<byte> packed) =>
        UnpackAny(packed) is IStepMessage message ? message : throw Refuse("it belongs to no step", null);

    /// <summary>Reads a message of a client that <see cref="Pack"/> has written.</summary>
    /// <exception cref="SerializationException">The bytes are no such message.</exception>
    internal static IWireMessage UnpackOfClient(ReadOnlySpan<byte> packed) =>
        UnpackAny(packed) is IWireMessage message && ClientRights.NeededFor(message) is not null ? message : throw Refuse("no client says it", null);

    private static object UnpackAny(ReadOnlySpan<byte> packed) => packed.IsEmpty || packed[0] >= packed.Length
        ? throw Refuse("it does not say what it is", null)
        : Read(packed[(1 + packed[0])..].ToArray(), Encoding.ASCII.GetString(packed.Slice(1, packed[0])));

    private static string NameOf(object message) => message switch
    {
        RegisterNode => "register-node/1",
        NodeAccepted => "node-accepted/1",
        NodeRefused => "node-refused/1",
        NodePresent => "node-present/1",
        RegisterAgain => "register-again/1",
        NodeLeaving => "node-leaving/1",
        NodeReleased => "node-released/1",
        PrepareRemoteRun => "prepare-run/1",
        RunPrepared => "run-prepared/1",
        PreparationFailed => "preparation-failed/1",
        RunClosed => "run-closed/1",
        OfferReplica => "offer-replica/1",
        ReplicaStored => "replica-stored/1",
        ComputeRemoteShards => "compute-shards/1",
        RemoteShardsComputed => "shards-computed/1",
        EvaluateRemoteShards => "evaluate-shards/1",
        RemoteShardsEvaluated => "shards-evaluated/1",
        RemoteShardsLost => "shards-lost/1",
        RemoteShardsAudited => "shards-audited/1",
        SubmitRun => "submit-run/1",
        RunAccepted => "run-accepted/1",
        RunRefused => "run-refused/1",
        StopRun => "stop-run/1",
        RunEvent => "run-event/1",
        RunEnded => "run-ended/1",
        GetStatus => "get-status/1",
        AskStanding => "ask-standing/1",
        NodeStanding => "node-standing/1",
        ClusterStatus => "cluster-status/1",
        RunsAcknowledged => "runs-acknowledged/1",
        ReturnReplica => "return-replica/1",
        ReplicaReturned => "replica-returned/1",
        AcceptLoss => "accept-loss/1",
        LossAccepted => "loss-accepted/1",
        FollowRun => "follow-run/1",
        GetRunLog => "get-run-log/1",
        RunLogPart => "run-log-part/1",
        CancelRun => "cancel-run/1",
        DeleteRun => "delete-run/1",
        SetPriority => "set-priority/1",
        DrainNode => "drain-node/1",
        BeDrained => "be-drained/1",
        ControlAnswer => "control-answer/1",
        StorageHeld => "storage-held/1",
        AskSession => "ask-session/1",
        SessionOffered => "session-offered/1",
        SignedRequest => "signed-request/1",
        RightRefused => "right-refused/1",
        _ => throw new SerializationException($"{message.GetType().Name} is not a message between processes."),
    };

    private static object Read(byte[] bytes, string name) => name switch
    {
        "register-node/1" => Read<RegisterNode>(bytes),
        "node-accepted/1" => Read<NodeAccepted>(bytes),
        "node-refused/1" => Read<NodeRefused>(bytes),
        "node-present/1" => Read<NodePresent>(bytes),
        "register-again/1" => Read<RegisterAgain>(bytes),
        "node-leaving/1" => Read<NodeLeaving>(bytes),
        "node-released/1" => Read<NodeReleased>(bytes),
        "prepare-run/1" => Read<PrepareRemoteRun>(bytes),
        "run-prepared/1" => Read<RunPrepared>(bytes),
        "preparation-failed/1" => Read<PreparationFailed>(bytes),
        "run-closed/1" => Read<RunClosed>(bytes),
        "offer-replica/1" => Read<OfferReplica>(bytes),
        "replica-stored/1" => Read<ReplicaStored>(bytes),
        "compute-shards/1" => Read<ComputeRemoteShards>(bytes),
        "shards-computed/1" => Read<RemoteShardsComputed>(bytes),
        "evaluate-shards/1" => Read<EvaluateRemoteShards>(bytes),
        "shards-evaluated/1" => Read<RemoteShardsEvaluated>(bytes),
        "shards-lost/1" => Read<RemoteShardsLost>(bytes),
        "shards-audited/1" => Read<RemoteShardsAudited>(bytes),
        "submit-run/1" => Read<SubmitRun>(bytes),
        "run-accepted/1" => Read<RunAccepted>(bytes),
        "run-refused/1" => Read<RunRefused>(bytes),
        "stop-run/1" => Read<StopRun>(bytes),
        "run-event/1" => Read<RunEvent>(bytes),
        "run-ended/1" => Read<RunEnded>(bytes),
        "get-status/1" => Read<GetStatus>(bytes),
        "ask-standing/1" => Read<AskStanding>(bytes),
        "node-standing/1" => Read<NodeStanding>(bytes),
        "cluster-status/1" => Read<ClusterStatus>(bytes),
        "runs-acknowledged/1" => Read<RunsAcknowledged>(bytes),
        "return-replica/1" => Read<ReturnReplica>(bytes),
        "replica-returned/1" => Read<ReplicaReturned>(bytes),
        "accept-loss/1" => Read<AcceptLoss>(bytes),
        "loss-accepted/1" => Read<LossAccepted>(bytes),
        "follow-run/1" => Read<FollowRun>(bytes),
        "get-run-log/1" => Read<GetRunLog>(bytes),
        "run-log-part/1" => Read<RunLogPart>(bytes),
        "cancel-run/1" => Read<CancelRun>(bytes),
        "delete-run/1" => Read<DeleteRun>(bytes),
        "set-priority/1" => Read<SetPriority>(bytes),
        "drain-node/1" => Read<DrainNode>(bytes),
        "be-drained/1" => Read<BeDrained>(bytes),
        "control-answer/1" => Read<ControlAnswer>(bytes),
        "storage-held/1" => Read<StorageHeld>(bytes),
        "ask-session/1" => Read<AskSession>(bytes),
        "session-offered/1" => Read<SessionOffered>(bytes),
        "signed-request/1" => Read<SignedRequest>(bytes),
        "right-refused/1" => Read<RightRefused>(bytes),
        _ => throw Refuse($"there is no message of the name '{(name.Length <= 40 ? name : name[..40])}'", null),
    };

    /// <summary>Counts a refusal and returns it as an exception.</summary>
    internal static SerializationException Refuse(string reason, Exception? cause)
    {
        Interlocked.Increment(ref _refused);
        return new SerializationException($"A message is refused: {reason}.", cause);
    }

    private static T Read<T>(byte[] bytes)
        where T : class
    {
        try
        {
            var message = MessagePackSerializer.Deserialize<T?>(bytes, Options, out int read);
            if (message is null || read != bytes.Length) throw Refuse($"its bytes are not those of {typeof(T).Name}", null);
            WireNulls.Check(message);
            return message;
        }
        catch (Exception e) when (
            e is MessagePackSerializationException or EndOfStreamException or OverflowException or ArgumentException or InvalidOperationException)
        {
            throw Refuse($"its bytes are not those of {typeof(T).Name}", e);
        }
    }
}
