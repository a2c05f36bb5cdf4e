using System.IO.Compression;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Sequences;
using RnnActors.Data.NumPy;
using RnnActors.Interop.Tests.Weights;
using RnnActors.Interop.Weights;
using RnnActors.Tests;

namespace RnnActors.Interop.Tests;

/// <summary>Arrays and weights that others wrote.</summary>
internal static class WeightFormats
{
    private static readonly Model Small = new(new ModelSpec([new Lstm(2), new Dense(1)]), new Shape(1));

    public static readonly IReadOnlyList<HostileFormat> All =
    [
        new("pytorch", "w.safetensors", () => [StateDict()], path => WeightFile.Read(path, Small)) { Inputs = 300 },
        new("keras-npz", "w.npz",
            () => [Npz(("arr_0", Values(1, 8)), ("arr_1", Values(2, 8)), ("arr_2", Values(8)), ("arr_3", Values(2, 1)), ("arr_4", Values(1)))],
            path => WeightFile.Read(path, Small)),
        new("hdf5", "w.h5", Hdf5, path => WeightFile.Read(path, KerasFiles.Model)) { Inputs = 400 },
        new("keras", "w.keras", () => [Archive(File.ReadAllBytes(KerasFiles.Path("keras3.weights.h5")))], path => WeightFile.Read(path, KerasFiles.Model)),
    ];

    private static byte[][] Hdf5() =>
        [.. ((string[])["keras2.h5", "keras3.weights.h5", "keras3-latest.weights.h5"]).Select(name => File.ReadAllBytes(KerasFiles.Path(name)))];

    private static NumPyArray Values(params long[] shape) =>
        NumPyArray.Of([.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(i => i / 8f)], shape);

    private static byte[] Archive(byte[] weights)
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create))
        using (Stream entry = archive.CreateEntry("model.weights.h5", CompressionLevel.NoCompression).Open()) entry.Write(weights);
        return stream.ToArray();
    }

    private static byte[] Npz(params (string, NumPyArray)[] arrays)
    {
        using MemoryStream stream = new();
        NpzFile.Write(stream, arrays);
        return stream.ToArray();
    }

    private static byte[] StateDict()
    {
        using MemoryStream stream = new();
        float[] weights = [.. Enumerable.Range(0, 64).Select(i => i / 10f)];
        NamedTensor Of(string name, params int[] shape) =>
            NamedTensor.Of<float>(name, weights.AsMemory(0, shape.Aggregate(1, (a, b) => a * b)), [.. shape.Select(extent => (long)extent)]);
        SafetensorsFile.Write(
            stream,
            [Of("lstm.weight_ih_l0", 8, 1), Of("lstm.weight_hh_l0", 8, 2), Of("lstm.bias_ih_l0", 8), Of("lstm.bias_hh_l0", 8), Of("fc.weight", 1, 2),
                Of("fc.bias", 1)], []);
        return stream.ToArray();
    }
}
