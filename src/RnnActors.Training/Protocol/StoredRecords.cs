using System.IO.Hashing;
using MessagePack;

namespace RnnActors.Training.Protocol;

/// <summary>Records in a data directory, in the same bytes as on the wire.</summary>
public static class StoredRecords
{
    private static readonly MessagePackSerializerOptions Options = MessagePackSerializerOptions.Standard.WithSecurity(MessagePackSecurity.UntrustedData);

    public static byte[] Encode(RunRecord run) => MessagePackSerializer.Serialize(run, Options);

    /// <returns>Null where the bytes are not such a record.</returns>
    public static RunRecord? DecodeRun(byte[] bytes)
    {
        try
        {
            var run = MessagePackSerializer.Deserialize<RunRecord?>(bytes, Options);
            if (run is not null) WireNulls.Check(run);
            return run;
        }
        catch (Exception e) when (e is MessagePackSerializationException or EndOfStreamException or OverflowException)
        {
            return null;
        }
    }

    public static byte[] Encode(AcknowledgedRun[] runs) => MessagePackSerializer.Serialize(runs, Options);

    /// <returns>Empty where the bytes are not such records.</returns>
    public static AcknowledgedRun[] DecodeAcknowledged(byte[] bytes)
    {
        try
        {
            var runs = MessagePackSerializer.Deserialize<AcknowledgedRun?[]?>(bytes, Options) ?? [];
            foreach (var run in runs) WireNulls.Check(run ?? throw new MessagePackSerializationException("One of the runs is null"));
            return runs!;
        }
        catch (Exception e) when (e is MessagePackSerializationException or EndOfStreamException or OverflowException)
        {
            return [];
        }
    }

    /// <summary>The id of a job's run: a hash of its other fields.</summary>
    public static string IdOf(JobDescription job) =>
        Convert.ToHexStringLower(XxHash128.Hash(MessagePackSerializer.Serialize(job with { RunId = "" }, Options)));
}
