using RnnActors.Core.Sequences;
using RnnActors.Core.Training;
using RnnActors.Data.Specifications;
using RnnActors.Training.Hosting;
using RnnActors.Training.Membership;
using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;
using RnnActors.Training.Tests.Protocol;
using RnnActors.Tests;

namespace RnnActors.Training.Tests.Storage;

/// <summary>What lies in a node's directory.</summary>
internal static class StorageFormats
{
    public static readonly IReadOnlyList<HostileFormat> All =
    [
        new("run-record", "run.msgpack", () => [.. Enumerable.Range(0, 5).Select(seed => StoredRecords.Encode(Random<RunRecord>(seed)))],
            path => StoredRecords.DecodeRun(File.ReadAllBytes(path))) { Inputs = 500 },
        new("acknowledged-runs", "acknowledged.msgpack", () => [StoredRecords.Encode([.. Enumerable.Range(0, 3).Select(Random<AcknowledgedRun>)])],
            path => new NodeDirectory(FolderOf(path)).ReadAcknowledged()) { Inputs = 500 },
        new("epoch", "epoch", () => ["7"u8.ToArray()], path => new NodeDirectory(FolderOf(path)).ReadEpoch()) { Inputs = 50 },
        new("members", "members", () => ["a:4053 candidate\n[::1]:4055\n"u8.ToArray()], path => new KnownMembers(FolderOf(path)).Read()),
        new("run-log", "log.jsonl",
            () => ["{\"at\":5,\"kind\":\"epoch\",\"event\":{\"a\":1}}\n{\"at\":6,\"kind\":\"note\",\"event\":\"x\"}\n"u8.ToArray()], ReadLog),
        new("health", "health.json",
            () => ["{\"uptime\":5,\"checks\":[{\"name\":\"a\",\"tags\":[\"live\"],\"isHealthy\":true,\"description\":\"b\"}]}"u8.ToArray()],
            path =>
        {
            _ = new HealthFile(FolderOf(path)).Read(onlyAlive: true);
            _ = new HealthFile(FolderOf(path)).ReadWarnings();
        }),
        new("dataset", "data.safetensors", () => [Dataset()], path =>
        {
            SequenceDataset data = new DatasetFile(TaskKinds.DatasetFormats).Read(path);
            if (data.Rows > 0) data.Read([0], data.CreateBatch(1));
        }) { Inputs = 500 },
    ];

    private static void ReadLog(string path)
    {
        RunLog run = new(path);
        RunLogPart part = run.Read("", 0);
        foreach (RunLogLine line in part.Lines) EventFormat.Decode(new RunEvent("", line.Kind, line.Event));
        run.Append([new RunLogLine(7, "note", "{}")]);
    }

    private static T Random<T>(int seed) => (T)RandomRecord.Create(typeof(T), new Random(seed));

    private static string FolderOf(string path) => Path.GetDirectoryName(path)!;

    private static byte[] Dataset()
    {
        using MemoryStream stream = new();
        var inputs = new float[3, 2, 1];
        new DatasetFile(TaskKinds.DatasetFormats).Write(stream, ArrayDataset.Create(inputs, new float[3, 1]));
        return stream.ToArray();
    }
}
