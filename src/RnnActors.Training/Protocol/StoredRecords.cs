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

    /// <summary>The bytes that a run's identity is the hash of: the job without it.</summary>
    public static byte[] Encode(JobDescription job) => MessagePackSerializer.Serialize(job, Options);
}
