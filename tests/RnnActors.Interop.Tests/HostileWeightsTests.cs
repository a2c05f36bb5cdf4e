using RnnActors.Core.Checkpoints;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Sequences;
using RnnActors.Interop.NumPy;
using RnnActors.Interop.Tests.Weights;
using RnnActors.Interop.Weights;
using RnnActors.Tests;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.Interop.Tests;

/// <summary>Arrays and weights that others wrote, damaged: <see cref="HostileFiles"/>.</summary>
public sealed class HostileWeightsTests(ITestOutputHelper log)
{
    [Fact]
    public void Arrays() => HostileFiles.Check(
        log, "a.npy", [Npy(NumPyArray.Of([1.0, 2, 3, 4], 2, 2)), Npy(NumPyArray.Of([1L, 2], 2)), Npy(NumPyArray.Of(["a", "bcd"]))],
            path => NpyFile.Read(path), inputs: 400);

    [Fact]
    public void Archives_of_arrays() => HostileFiles.Check(
        log, "a.npz", [Npz(("a", NumPyArray.Of([1f, 2f, 3f], 3)), ("b", NumPyArray.Of([1L, 2], 1, 2)))], path => NpzFile.Read(path), inputs: 400);

    [Fact]
    public void Weights_of_PyTorch()
    {
        Model model = new(new ModelSpec([new Lstm(2), new Dense(1)]), new Shape(1));
        HostileFiles.Check(log, "w.safetensors", [StateDict(model)], path => WeightFile.Read(path, model), inputs: 300);
    }

    /// <summary>The library allocates what a damaged length says, 2 GB at most, before it reads; nobody touches that memory.</summary>
    [Fact]
    public void Weights_of_Keras() => HostileFiles.Check(
        log, "w.h5", [File.ReadAllBytes(KerasHdf5Tests.GoldenPath("keras2.h5")), File.ReadAllBytes(KerasHdf5Tests.GoldenPath("keras3.weights.h5"))],
        path => WeightFile.Read(path, KerasHdf5Tests.Known), inputs: 400, perByte: 100_000);

    private static byte[] Npy(NumPyArray array)
    {
        using MemoryStream stream = new();
        NpyFile.Write(stream, array);
        return stream.ToArray();
    }

    private static byte[] Npz(params (string, NumPyArray)[] arrays)
    {
        using MemoryStream stream = new();
        NpzFile.Write(stream, arrays);
        return stream.ToArray();
    }

    private static byte[] StateDict(Model model)
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
