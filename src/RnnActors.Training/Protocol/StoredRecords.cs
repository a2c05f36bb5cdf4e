using System.IO.Hashing;
using MessagePack;

namespace RnnActors.Training.Protocol;

/// <summary>Records as they lie in a data directory: the bytes that they travel as.</summary>
public static class StoredRecords
{
    private static readonly MessagePackSerializerOptions Options = MessagePackSerializerOptions.Standard.WithSecurity(MessagePackSecurity.UntrustedData);

    public static byte[] Encode(RunRecord run) => MessagePackSerializer.Serialize(run, Options);

    /// <returns>Null where the bytes are none.</returns>
    public static RunRecord? DecodeRun(byte[] bytes)
    {
        try
        {
            return MessagePackSerializer.Deserialize<RunRecord>(bytes, Options);
        }
        catch (MessagePackSerializationException)
        {
            return null;
        }
    }

    /// <summary>The identity of a job's run, from its other members.</summary>
    public static string IdOf(JobDescription job) =>
        Convert.ToHexStringLower(XxHash128.Hash(MessagePackSerializer.Serialize(job with { RunId = "" }, Options)));
}
