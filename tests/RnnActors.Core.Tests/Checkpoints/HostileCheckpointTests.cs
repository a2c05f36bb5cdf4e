using System.Text;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Fitting;
using RnnActors.Core.Layers;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Specifications;
using RnnActors.Tests;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.Core.Tests.Checkpoints;

/// <summary>Files of parameters, damaged: <see cref="HostileFiles"/>.</summary>
public sealed class HostileCheckpointTests(ITestOutputHelper log)
{
    [Fact]
    public void Safetensors() => HostileFiles.Check(
        log, "a.safetensors", [Plain(), TestTensors.File("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8)],
        path => SafetensorsFile.Read(path), inputs: 600);

    [Fact]
    public void Checkpoints() => HostileFiles.Check(log, "step-00000001.safetensors", [Saved("{}")], path =>
    {
        CheckpointFile.Check(path);
        CheckpointFile.Read(path);
    }, inputs: 300);

    /// <summary>Whoever changes a file may make its hashes anew.</summary>
    [Fact]
    public void Models_whose_hashes_are_right()
    {
        byte[] model = Model();
        HostileFiles.Check(log, "model.safetensors", [model], path =>
        {
            HostileFiles.Rehash(path);
            Sequential.Load(path);
        }, inputs: 300);
    }

    [Fact]
    public void Json_with_places() =>
        HostileFiles.Check(log, "spec.json", [Encoding.UTF8.GetBytes("{ \"a\": [1, 2.5, { \"lstm\": 4 }], // why\n \"b\": \"x\\u00e4\", }")],
        path => SourceParser.Parse(File.ReadAllText(path), path));

    private static byte[] Plain()
    {
        using MemoryStream stream = new();
        SafetensorsFile.Write(stream, [TestTensors.Floats("w", 1, 2, 3), NamedTensor.Of<long>("n", new long[] { 1, 2 }, 2)], [new("k", "v")]);
        return stream.ToArray();
    }

    private static byte[] Saved(string metadata)
    {
        using MemoryStream stream = new();
        CheckpointFile.Write(stream, 1, [TestTensors.Floats("w", 1, 2, 3)], [new("specification", metadata)]);
        return stream.ToArray();
    }

    private static byte[] Model()
    {
        using TemporaryFolder folder = new();
        var model = new Sequential(new Lstm(2), new Dense(1));
        model.Compile(new Adam(0.01), new MeanSquaredError());
        model.Fit(new float[,] { { 1, 2 }, { 3, 4 } }.Reshape(2, 2, 1), new float[,] { { 3 }, { 5 } }, epochs: 1);
        model.Save(folder["model"]);
        return File.ReadAllBytes(folder["model"]);
    }
}
