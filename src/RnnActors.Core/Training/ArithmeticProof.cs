using System.IO.Hashing;
using System.Runtime.InteropServices;
using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.RandomNumbers;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Sequences;
using RnnActors.Core.Sharding;

namespace RnnActors.Core.Training;

/// <summary>
/// A fingerprint of this machine's arithmetic: hashes of a small set of results (functions, random numbers, cells forward and backward, optimisers) at its
/// vector width. Processes with equal proofs compute the same bits as far as these results go. Intermittent faults are left to audits.
/// </summary>
public static class ArithmeticProof
{
    private static readonly Lazy<string> OfProcess = new(Compute);

    private static readonly IReadOnlyList<(string Name, Func<ulong> Hash)> Parts =
    [
        ("exp", () => HashOf(Exp.Apply)),
        ("log", () => HashOf(Log.Apply, min: 0.001f)),
        ("tanh", () => HashOf(Tanh.Apply)),
        ("sigmoid", () => HashOf(Sigmoid.Apply)),
        ("philox", Philox),
        ("simpleRnn", () => Cell(new SimpleRnn(19))),
        ("lstm", () => Cell(new Lstm(37) { Dropout = 0.1, RecurrentDropout = 0.2 })),
        ("gru", () => Cell(new Gru(21) { Bidirectional = true })),
        ("minGru", () => Cell(new MinGru(23))),
        ("minLstm", () => Cell(new MinLstm(23))),
        ("softmax", Softmax),
        ("adam", () => Update(new Adam(0.01))),
        ("rmsProp", () => Update(new RmsProp(0.01, Momentum: 0.5))),
        ("sgd", () => Update(new Sgd(0.05, Momentum: 0.9))),
    ];

    private delegate void Function(ReadOnlySpan<float> source, Span<float> destination);

    /// <summary>This process's proof. The first call computes it, which takes a fraction of a second: do not make it on a thread that must respond.</summary>
    public static string OfThisProcess => OfProcess.Value;

    /// <summary>Identifies the build whose arithmetic this is.</summary>
    public static string Build { get; } = typeof(ArithmeticProof).Module.ModuleVersionId.ToString("N")[..16];

    /// <summary>The names of the parts whose results differ, or that only one proof has.</summary>
    public static IReadOnlyList<string> Differences(string proof, string other)
    {
        Dictionary<string, string> left = Read(proof), right = Read(other);
        return [.. left.Keys.Union(right.Keys).Where(name => !left.TryGetValue(name, out string? hash) || right.GetValueOrDefault(name) != hash)];
    }

    /// <summary>Computes the proof: <c>name=hash</c> for each part, separated by spaces.</summary>
    internal static string Compute() => string.Join(' ', Parts.Select(part => $"{part.Name}={part.Hash():x16}"));

    private static Dictionary<string, string> Read(string proof) => proof.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(part => part.Split('=', 2)).GroupBy(part => part[0]).ToDictionary(part => part.Key, part => part.First()[^1]);

    /// <param name="min">Lower limit for the arguments, to avoid NaN, whose bits differ between processors.</param>
    private static ulong HashOf(Function function, float min = float.NegativeInfinity)
    {
        float[] values = [.. Values(1003, 1).Select(value => Math.Max(value, min))], results = new float[values.Length];
        function(values, results);
        return Hash(results);
    }

    private static ulong Philox()
    {
        var random = new RandomSequence(PhiloxKey.Of(7, RandomPurpose.InitialWeights));
        double[] values = [.. Enumerable.Range(0, 61).Select(_ => random.NextGaussian())];
        float[] mask = new float[67];
        DropoutMask.Fill(mask, 0.3, PhiloxKey.Of(7, RandomPurpose.Dropout, 3), row: 2, time: 5);
        return XxHash3.HashToUInt64(MemoryMarshal.AsBytes<double>(values), 1) + Hash(mask);
    }

    /// <summary>Hashes one training step of a cell over values.</summary>
    private static ulong Cell(LayerSpec cell)
    {
        const int rows = 11, steps = 4, features = 3;
        var inputs = new float[rows, steps, features];
        var targets = new float[rows, 2];
        Buffer.BlockCopy(Values(inputs.Length, 2), 0, inputs, 0, Buffer.ByteLength(inputs));
        Buffer.BlockCopy(Values(targets.Length, 3), 0, targets, 0, Buffer.ByteLength(targets));
        return Step(ArrayDataset.Create(inputs, targets), [cell, new Dense(2)], new MeanSquaredError());
    }

    /// <summary>Hashes one training step over tokens with labels.</summary>
    private static ulong Softmax()
    {
        const int rows = 11, steps = 3;
        int[,] tokens = new int[rows, steps], labels = new int[rows, steps];
        for (int row = 0; row < rows; row++)
            for (int t = 0; t < steps; t++) (tokens[row, t], labels[row, t]) = (((5 * row) + (3 * t)) % 9, (row + t) % 7);
        return Step(
            ArrayDataset.Create(tokens, 9, labels, 7), [new Embedding(6), new Gru(9, returnSequences: true), new Dense(7)], new SoftmaxCrossEntropy());
    }

    private static ulong Step(SequenceDataset data, IReadOnlyList<LayerSpec> layers, Objective loss)
    {
        var model = new Model(new ModelSpec(layers), data.Input);
        var training = new TrainingSpec { Loss = loss, Optimizer = new Sgd(0.1), Batch = data.Rows, Shards = 3, Epochs = 1, Seed = 5 };
        var state = TrainingState.Create(model, training, 0);
        var computation = new ShardComputation(model, training, data, training.Shards);
        computation.Prepare(state.Parameters.Memory);
        var whole = new ShardRange(0, training.Shards);
        var gradient = new GradientBuffer(model.Layout.Length);
        var sum = computation.Compute(new ShardStep(1, Enumerable.Range(0, data.Rows).ToArray(), whole, default), [whole], [gradient], [])[0];
        double[] sums = [sum.Loss.Sum, sum.Loss.Count];
        return Hash(gradient.Span) + XxHash3.HashToUInt64(MemoryMarshal.AsBytes<double>(sums), 1);
    }

    /// <summary>Hashes two updates, of a length that is not a multiple of a vector's.</summary>
    private static ulong Update(Optimizer optimizer)
    {
        float[] parameters = Values(1003, 4), first = Moment(0), second = Moment(1);
        for (int step = 1; step <= 2; step++)
            optimizer.Update(parameters, Values(parameters.Length, (uint)(4 + step)), first, second, new UpdateStep(step, (float)optimizer.LearningRate, 0.5f));
        return Hash(parameters) + Hash(first) + Hash(second);

        float[] Moment(int number) => new float[optimizer.Moments.Count > number ? parameters.Length : 0];
    }

    /// <summary>Pseudo-random values between -4 and 4.</summary>
    private static float[] Values(int count, uint seed)
    {
        var random = new RandomSequence(new PhiloxKey(seed));
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (8 * random.NextSingle()) - 4;
        return values;
    }

    private static ulong Hash(ReadOnlySpan<float> values) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(values));
}
