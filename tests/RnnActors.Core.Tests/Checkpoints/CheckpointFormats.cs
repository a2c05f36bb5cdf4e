using System.Text;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Fitting;
using RnnActors.Core.Layers;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Specifications;
using RnnActors.Tests;

namespace RnnActors.Core.Tests.Checkpoints;

/// <summary>Files of parameters.</summary>
internal static class CheckpointFormats
{
    public static readonly IReadOnlyList<HostileFormat> All =
    [
        new("safetensors", "a.safetensors", () => [Plain(), OfHeader("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8)],
            path => SafetensorsFile.Read(path)) { Inputs = 600 },
        new("checkpoint", "step-00000001.safetensors", () => [Saved("{}")], path =>
        {
            CheckpointFile.Check(path);
            CheckpointFile.Read(path);
        }) { Inputs = 300 },
        new("model", "model.safetensors", () => [Model()], path =>
        {
            Rehashed.Write(path);
            Sequential.Load(path);
        }) { Inputs = 300 },
        new("json", "spec.json", () => [Encoding.UTF8.GetBytes("{ \"a\": [1, 2.5, { \"lstm\": 4 }], // why\n \"b\": \"x\\u00e4\", }")],
            path => SourceParser.Parse(File.ReadAllText(path), path)),
    ];

    private static NamedTensor Floats(string name, params float[] values) => NamedTensor.Of<float>(name, values, values.Length);

    private static byte[] OfHeader(string header, int payload)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes((ulong)json.Length), .. json, .. new byte[payload]];
    }

    private static byte[] Plain()
    {
        using MemoryStream stream = new();
        SafetensorsFile.Write(stream, [Floats("w", 1, 2, 3), NamedTensor.Of<long>("n", new long[] { 1, 2 }, 2)], [new("k", "v")]);
        return stream.ToArray();
    }

    private static byte[] Saved(string metadata)
    {
        using MemoryStream stream = new();
        CheckpointFile.Write(stream, 1, [Floats("w", 1, 2, 3)], [new("specification", metadata)]);
        return stream.ToArray();
    }

    private static byte[] Model()
    {
        string path = Path.GetTempFileName();
        try
        {
            var model = new Sequential(new Lstm(2), new Dense(1));
            model.Compile(new Adam(0.01), new MeanSquaredError());
            model.Fit(new float[,] { { 1, 2 }, { 3, 4 } }.Reshape(2, 2, 1), new float[,] { { 3 }, { 5 } }, epochs: 1);
            model.Save(path);
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
