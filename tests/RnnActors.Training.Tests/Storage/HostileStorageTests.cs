using RnnActors.Core.Sequences;
using RnnActors.Core.Training;
using RnnActors.Data.Specifications;
using RnnActors.Training.Membership;
using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;
using RnnActors.Training.Tests.Protocol;
using RnnActors.Tests;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.Training.Tests.Storage;

/// <summary>What lies in a node's directory, damaged: it is read, passed over or refused. <see cref="HostileFiles"/>.</summary>
public sealed class HostileStorageTests(ITestOutputHelper log)
{
    [Fact]
    public void Records_of_runs() => HostileFiles.Check(
        log, "run.msgpack", [.. Enumerable.Range(0, 5)
            .Select(seed => StoredRecords.Encode((RunRecord)RandomRecord.Create(typeof(RunRecord), new Random(seed))))],
        path => StoredRecords.DecodeRun(File.ReadAllBytes(path)), inputs: 500);

    [Fact]
    public void What_is_acknowledged() => HostileFiles.Check(
        log, "acknowledged.msgpack", [StoredRecords.Encode(
            [.. Enumerable.Range(0, 3).Select(seed => (AcknowledgedRun)RandomRecord.Create(typeof(AcknowledgedRun), new Random(seed)))])],
        path => new NodeDirectory(Path.GetDirectoryName(path)!).ReadAcknowledged(), inputs: 500);

    [Fact]
    public void Epochs() => HostileFiles.Check(
        log, "epoch", ["7"u8.ToArray()], path => new NodeDirectory(Path.GetDirectoryName(path)!).ReadEpoch(), inputs: 50);

    [Fact]
    public void Members() => HostileFiles.Check(
        log, "members", ["a:4053 candidate\n[::1]:4055\n"u8.ToArray()], path => new KnownMembers(Path.GetDirectoryName(path)!).Read());

    [Fact]
    public void Logs_of_runs() => HostileFiles.Check(
        log, "log.jsonl", ["{\"at\":5,\"kind\":\"epoch\",\"event\":{\"a\":1}}\n{\"at\":6,\"kind\":\"note\",\"event\":\"x\"}\n"u8.ToArray()], path =>
    {
        RunLog run = new(path);
        RunLogPart part = run.Read("", 0);
        foreach (RunLogLine line in part.Lines) EventFormat.Decode(new RunEvent("", line.Kind, line.Event));
        run.Append([new RunLogLine(7, "note", "{}")]);
    });

    [Fact]
    public void Prepared_data() => HostileFiles.Check(
        log, "data.safetensors", [Dataset()], path =>
        {
            SequenceDataset data = new DatasetFile(TaskKinds.DatasetFormats).Read(path);
            if (data.Rows > 0) data.Read([0], data.CreateBatch(1));
        }, inputs: 500);

    private static byte[] Dataset()
    {
        using MemoryStream stream = new();
        var inputs = new float[3, 2, 1];
        new DatasetFile(TaskKinds.DatasetFormats).Write(stream, ArrayDataset.Create(inputs, new float[3, 1]));
        return stream.ToArray();
    }
}
