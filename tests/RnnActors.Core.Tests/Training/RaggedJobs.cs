using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;

namespace RnnActors.Core.Tests.Training;

/// <summary>Small trainings on rows of unequal lengths, some of one step.</summary>
internal static class RaggedJobs
{
    private const int Words = 6, Rows = 13;

    /// <summary>A class at every step, of rows read in both directions; frozen vectors. Batches of 6, 6 and 1 rows in 4 shards.</summary>
    public static TrainingJob Tags(int epochs)
    {
        var random = new Random(8);
        int[][] tokens = Tokens(random, Rows, 1, 7), labels = [.. tokens.Select(row => row.Select(_ => random.Next(4)).ToArray())];
        var stack = new Gru(4, returnSequences: true) { Layers = 2, Bidirectional = true, Dropout = 0.2, RecurrentDropout = 0.2 };
        return Job(
            RaggedDataset.Create(tokens, Words, labels, 4), new SoftmaxCrossEntropy(3) { ClassWeights = new(1, 2, 0.5, 1), LabelSmoothing = 0.1 }, epochs,
            new Embedding(5) { Trainable = false }, stack, new Dropout(0.1), new LayerNorm(), new Dense(4));
    }

    /// <summary>A class of each row, from the largest values of its steps.</summary>
    public static TrainingJob Sentences(int epochs)
    {
        var random = new Random(12);
        int[][] tokens = Tokens(random, Rows, 1, 7);
        return Job(
            RaggedDataset.Create(tokens, Words, [.. tokens.Select((_, row) => row % 3)], 3), new SoftmaxCrossEntropy(), epochs,
            new Embedding(4), new Lstm(3, returnSequences: true) { Bidirectional = true }, new Pooling(PoolingMode.Max), new Dropout(0.2), new Dense(3));
    }

    /// <summary>Label sequences that are aligned with recordings.</summary>
    public static TrainingJob Aligned(int epochs)
    {
        var random = new Random(9);
        float[][,] rows = [.. Enumerable.Range(0, Rows).Select(row => Values(random, 3 + (row * 5 % 7), 3))];
        int[][] labels = [.. rows.Select(row => Enumerable.Range(0, random.Next(1 + (row.GetLength(0) / 2))).Select(_ => 1 + random.Next(3)).ToArray())];
        return Job(RaggedDataset.CreateAligned(rows, labels, 4), new Ctc { ZeroInfinity = true }, epochs,
            new Lstm(4, returnSequences: true) { Bidirectional = true }, new Dense(4));
    }

    /// <summary>An encoder, and a decoder that attends to it.</summary>
    public static TrainingJob Pairs(int epochs)
    {
        var random = new Random(10);
        int[][] sources = Tokens(random, Rows, 1, 6), targets = Tokens(random, Rows, 1, 5),
            labels = [.. targets.Select(row => row.Select(_ => random.Next(Words)).ToArray())];
        return Job(
            RaggedDataset.CreatePairs(sources, Words, targets, labels, Words), new SoftmaxCrossEntropy(), epochs,
            new Embedding(4) { Name = "source_embedding", Reads = new("source") },
            new Gru(3, returnSequences: true) { Name = "encoder", Bidirectional = true },
            new Dense(5) { Name = "bridge", Reads = new("encoder.h"), Activation = ActivationFunction.Tanh },
            new Embedding(4) { Name = "target_embedding", Reads = new("target") },
            new AttentionDecoder(5) { Name = "decoder", Reads = new("target_embedding", "encoder", "bridge") },
            new Concatenate { Reads = new("decoder", "decoder.context", "target_embedding") },
            new Dense(Words));
    }

    /// <summary>A language model whose outputs are its embedding, and whose states begin with what is learnt.</summary>
    public static TrainingJob Tied(int epochs)
    {
        var random = new Random(11);
        int[][] tokens = Tokens(random, Rows, 1, 6), labels = [.. tokens.Select(row => row.Select(_ => random.Next(Words)).ToArray())];
        return Job(
            RaggedDataset.Create(tokens, Words, labels, Words), new SoftmaxCrossEntropy(), epochs,
            new LearnedState(4) { Name = "h0", Reads = new("input") },
            new LearnedState(6) { Name = "c0", Reads = new("input") },
            new Embedding(4) { Name = "words", Reads = new("input"), Dropout = 0.2 },
            new Lstm(6, returnSequences: true) { Reads = new("words", "h0", "c0"), Projection = 4 },
            new TiedDense("words", Words));
    }

    private static TrainingJob Job(RaggedDataset data, Objective loss, int epochs, params LayerSpec[] layers)
    {
        var training = new TrainingSpec { Loss = loss, Optimizer = new AdamW(0.01), Batch = 6, Shards = 4, Epochs = epochs, ClipNorm = 1, Seed = 5 };
        var model = new Model(new ModelSpec(layers), data.Inputs);
        ModelCheck.Matches(model, data, loss);
        return new TrainingJob(model, training, data, data);
    }

    private static int[][] Tokens(Random random, int rows, int min, int max) =>
        [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, random.Next(min, max + 1)).Select(_ => random.Next(Words)).ToArray())];

    private static float[,] Values(Random random, int steps, int features)
    {
        var values = new float[steps, features];
        for (int t = 0; t < steps; t++)
            for (int i = 0; i < features; i++) values[t, i] = (float)((2 * random.NextDouble()) - 1);
        return values;
    }
}
