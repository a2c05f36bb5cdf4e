using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;

namespace RnnActors.Core.Tests.Training;

/// <summary>Small trainings that meet everything which could cost a bit: all cells, dropped values,
/// last batches with fewer rows, carried states, schedules.</summary>
internal static class TestJobs
{
    /// <summary>The names that <see cref="Create"/> takes.</summary>
    public static readonly string[] Kinds =
    [
        "simpleRnn", "lstm", "gru", "minGru", "minLstm", "bidirectional", "joined", "embedding", "letters", "streams", "averaged",
        "ragged", "sentences", "ctc", "attention", "tied",
    ];

    /// <summary>The names that <see cref="CreateForTeams"/> takes.</summary>
    public static readonly string[] TeamKinds = ["simpleRnn", "lstm", "gru", "minGru", "minLstm"];

    /// <param name="kind">A cell over windows of values; <c>embedding</c>, <c>letters</c> (of which each stands at
    /// several places of a shard) and <c>streams</c> read tokens; the last five have rows of unequal lengths.</param>
    public static TrainingJob Create(string kind, int epochs = 4) => kind switch
    {
        "simpleRnn" => Windows(new SimpleRnn(5), new MeanAbsoluteError(), new Sgd(0.05, Momentum: 0.9, Nesterov: true), epochs),
        "lstm" => Windows(new Lstm(5), new MeanSquaredError(), new Adam(0.01), epochs),
        "gru" => Windows(new Gru(5), new Huber(0.5), new RmsProp(0.01, Momentum: 0.5), epochs),
        "minGru" => Windows(new MinGru(5) { Bidirectional = true }, new MeanSquaredError(), new Adam(0.01), epochs),
        "minLstm" => Windows(new MinLstm(5), new MeanSquaredError(), new Adam(0.01), epochs),
        "bidirectional" => Windows(new Gru(3) { Bidirectional = true }, new MeanSquaredError(), new AdamW(0.01), epochs),
        "joined" => Joined(epochs),
        "averaged" => Averaged(epochs),
        "embedding" => Words(epochs),
        "letters" => Letters(epochs),
        "streams" => Streams(epochs),
        "ragged" => RaggedJobs.Tags(epochs),
        "sentences" => RaggedJobs.Sentences(epochs),
        "ctc" => RaggedJobs.Aligned(epochs),
        "attention" => RaggedJobs.Pairs(epochs),
        "tied" => RaggedJobs.Tied(epochs),
        _ => throw new NotSupportedException(kind),
    };

    /// <summary>Cells of the names in <see cref="TeamKinds"/>, so large that several threads
    /// compute a worker's shards together: batches of 32 and 5 rows in 4 shards.</summary>
    public static TrainingJob CreateForTeams(string kind)
    {
        var random = new Random(7);
        int[,] tokens = new int[37, 3], labels = new int[37, 3];
        for (int row = 0; row < 37; row++)
            for (int t = 0; t < 3; t++) (tokens[row, t], labels[row, t]) = (random.Next(9), random.Next(40));
        var data = ArrayDataset.Create(tokens, 9, labels, 40);
        var training = new TrainingSpec
        {
            Loss = new SoftmaxCrossEntropy(),
            Optimizer = new Adam(0.002),
            Batch = 32,
            Shards = 4,
            Epochs = 2,
            ClipNorm = 1,
            Seed = 4,
        };
        Recurrent stack = kind switch
        {
            "lstm" => new Lstm(256, returnSequences: true) { Layers = 2, Dropout = 0.1, RecurrentDropout = 0.2 },
            "gru" => new Gru(300, returnSequences: true) { Bidirectional = true },
            "minGru" => new MinGru(384, returnSequences: true) { Bidirectional = true },
            "minLstm" => new MinLstm(300, returnSequences: true) { Layers = 2, Dropout = 0.1 },
            "simpleRnn" => new SimpleRnn(512, returnSequences: true),
            _ => throw new NotSupportedException(kind),
        };
        return new TrainingJob(Join(data, new Embedding(20), stack, new Dense(40)), training, data, data);
    }

    /// <summary>Rows of values with random targets, which are learnt by heart: so the validation loss rises soon.</summary>
    public static ArrayDataset Values(int rows, int steps, int features, int outputs, uint seed)
    {
        float[] values = Floats((rows * steps * features) + (rows * outputs), seed);
        var inputs = new float[rows, steps, features];
        var targets = new float[rows, outputs];
        Buffer.BlockCopy(values, 0, inputs, 0, Buffer.ByteLength(inputs));
        Buffer.BlockCopy(values, Buffer.ByteLength(inputs), targets, 0, Buffer.ByteLength(targets));
        return ArrayDataset.Create(inputs, targets);
    }

    /// <summary>Batches of 8, 8 and 6 rows in 5 shards.</summary>
    private static TrainingJob Windows(Recurrent cell, Objective loss, Optimizer optimizer, int epochs)
    {
        var data = Values(22, 4, 3, 2, 1);
        var stack = cell with { Layers = 2, Dropout = 0.3, RecurrentDropout = cell.HasRecurrentProduct ? 0.2 : 0 };
        var training = new TrainingSpec
        {
            Loss = loss,
            Optimizer = optimizer,
            Schedule = new CosineSchedule { WarmupSteps = 3 },
            Batch = 8,
            Shards = 5,
            Epochs = epochs,
            ClipNorm = 0.5,
            Seed = 3,
        };
        return new TrainingJob(Join(data, stack, new Dropout(0.2), new Dense(4) { Activation = ActivationFunction.Tanh }, new Dense(2)), training, data,
            Values(9, 4, 3, 2, 2));
    }

    /// <summary>Segments read by an LSTM, and all steps read by a linear path beside it. Batches of 8, 8 and 6 rows in 5 shards.</summary>
    private static TrainingJob Joined(int epochs)
    {
        var data = Values(22, 4, 3, 2, 1);
        var training = new TrainingSpec
        {
            Loss = new MeanSquaredError(),
            Optimizer = new Adam(0.01),
            Batch = 8,
            Shards = 5,
            Epochs = epochs,
            ClipNorm = 0.5,
            Seed = 3,
        };
        LayerSpec[] layers =
        [
            new Segments(2), new Lstm(5) { Name = "lstm", Dropout = 0.3, Layers = 2 }, new Flatten(4) { Name = "window", Reads = new("input") },
            new Concatenate { Reads = new("lstm", "window") }, new Dense(2),
        ];
        return new TrainingJob(Join(data, layers), training, data, Values(9, 4, 3, 2, 2));
    }

    /// <summary>Batches of 6 and 1 rows in 4 shards.</summary>
    private static TrainingJob Words(int epochs)
    {
        var random = new Random(5);
        var tokens = new int[7, 3];
        int[] labels = new int[7];
        for (int row = 0; row < 7; row++)
        {
            for (int t = 0; t < 3; t++) tokens[row, t] = random.Next(6);
            labels[row] = random.Next(3);
        }

        var data = ArrayDataset.Create(tokens, 6, labels, 3);
        var training = new TrainingSpec
        {
            Loss = new SoftmaxCrossEntropy(IgnoredLabel: 2),
            Optimizer = new Adam(0.02),
            Batch = 6,
            Shards = 4,
            Epochs = epochs,
            ClipValue = 0.05,
        };
        return new TrainingJob(Join(data, new Embedding(4), new Lstm(6), new Dense(3)), training, data, data);
    }

    /// <summary>Batches of 6 rows and of 1 in 3 shards, of which two then have none.</summary>
    private static TrainingJob Letters(int epochs)
    {
        var random = new Random(6);
        int[,] tokens = new int[7, 7], labels = new int[7, 7];
        for (int row = 0; row < 7; row++)
            for (int t = 0; t < 7; t++) (tokens[row, t], labels[row, t]) = (random.Next(5), random.Next(3));
        var data = ArrayDataset.Create(tokens, 5, labels, 3);
        var training = new TrainingSpec { Loss = new SoftmaxCrossEntropy(), Optimizer = new Adam(0.02), Batch = 6, Shards = 3, Epochs = epochs, ClipNorm = 1 };
        var stack = new Gru(6, returnSequences: true) { Layers = 2, Bidirectional = true, RecurrentDropout = 0.2 };
        return new TrainingJob(Join(data, new Embedding(4), stack, new Dense(3)), training, data, data);
    }

    /// <summary>Six streams of four chunks in four shards.</summary>
    private static TrainingJob Streams(int epochs)
    {
        var data = new TokenStreams(6, 12, 3, 7);
        var training = new TrainingSpec
        {
            Loss = new SoftmaxCrossEntropy(),
            Optimizer = new Adam(0.01),
            Schedule = new ExponentialSchedule(0.9),
            Batch = 6,
            Shards = 4,
            Epochs = epochs,
            ClipNorm = 1,
            Seed = 9,
        };
        var stack = new Lstm(5, returnSequences: true) { Layers = 2, Dropout = 0.2, RecurrentDropout = 0.1 };
        return new TrainingJob(Join(data, new Embedding(4), stack, new Gru(4, returnSequences: true), new Dense(7)), training, data,
            new TokenStreams(3, 6, 3, 7));
    }

    /// <summary>
    /// AWD-LSTM's ways: tokens, values and weights that are dropped for a whole chunk, and the mean of the parameters from the second epoch on.
    /// </summary>
    private static TrainingJob Averaged(int epochs)
    {
        var job = Streams(epochs);
        LayerSpec[] layers =
        [
            new Embedding(4) { Dropout = 0.3 }, new Dropout(0.2) { Variational = true },
            new Lstm(5, returnSequences: true) { RecurrentDropout = 0.2, WeightDropout = 0.3 }, new Dropout(0.2) { Variational = true }, new Dense(7),
        ];
        return job with
        {
            Model = Join(job.Data, layers),
            Training = job.Training with { Optimizer = new Sgd(0.5), Averaging = new Averaging(StartEpoch: 1) },
        };
    }

    private static Model Join(SequenceDataset data, params LayerSpec[] layers) => new(new ModelSpec(layers), data.Input);

    private static float[] Floats(int length, uint seed)
    {
        var random = new Random((int)seed);
        return [.. Enumerable.Range(0, length).Select(_ => (float)((random.NextDouble() * 2) - 1))];
    }
}
