using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;

namespace RnnActors.Cli.Benchmarks;

/// <summary>
/// A workload: a stack of one kind of cell with a linear head. The head gives a softmax over <paramref name="Vocabulary"/> tokens at every step, or one value
/// after the last step.
/// </summary>
/// <param name="Cell"><c>rnn</c> (tanh), <c>lstm</c>, <c>gru</c>, <c>minGru</c> or <c>minLstm</c>.</param>
/// <param name="Input">Values of a step, or of the embedding.</param>
/// <param name="Vocabulary">0 if values are read and forecast.</param>
internal sealed record Workload(string Cell, int Layers, int Input, int Hidden, int Batch, int Steps, int Vocabulary) : ITrainingWorkload
{
    private const int DataBatches = 8, MaxDataBatches = 512, MaxDataBytes = 1 << 25;

    public static IReadOnlyList<Workload> All { get; } =
    [
        new("rnn", 1, 1, 10, 32, 32, 0),
        new("rnn", 1, 1, 32, 32, 50, 0),
        new("lstm", 1, 8, 32, 32, 48, 0),
        new("lstm", 1, 8, 64, 64, 96, 0),
        new("gru", 1, 8, 64, 64, 96, 0),
        new("lstm", 2, 64, 128, 64, 64, 65),
        new("gru", 2, 64, 256, 64, 64, 65),
        new("minGru", 2, 64, 256, 64, 64, 65),
        new("lstm", 2, 128, 256, 64, 64, 65),
        new("lstm", 2, 128, 512, 64, 64, 65),
        new("lstm", 1, 256, 1024, 64, 32, 65),
        new("lstm", 2, 200, 200, 20, 20, 10000),
    ];

    public string Name => $"{Cell} L{Layers} I{Input} H{Hidden} B{Batch} T{Steps} V{Vocabulary}";

    /// <summary>Rows times steps of a batch.</summary>
    public int Tokens => Batch * Steps;

    /// <summary>
    /// Floating-point operations of a training step's matrix products: forward, gradient of the input, gradient of the weights. Other work is left out, for
    /// every program that is compared.
    /// </summary>
    public double TrainingFlops => 3 * ForwardFlops;

    /// <summary>Floating-point operations of one forward step of one row.</summary>
    public double GenerationFlops => ForwardFlops / Tokens;

    private double ForwardFlops
    {
        get
        {
            int gates = Cell switch { "lstm" => 4, "gru" or "minLstm" => 3, "minGru" => 2, _ => 1 };
            int read = Cell.StartsWith("min", StringComparison.Ordinal) ? 0 : Hidden;
            double perToken = 0;
            for (int layer = 0; layer < Layers; layer++) perToken += 2.0 * gates * Hidden * ((layer == 0 ? Input : Hidden) + read);
            double head = Vocabulary > 0 ? 2.0 * Hidden * Vocabulary * Tokens : 2.0 * Hidden * Batch;
            return (perToken * Tokens) + head;
        }
    }

    public Model CreateModel()
    {
        bool readsTokens = Vocabulary > 0;
        Recurrent cell = Cell switch
        {
            "lstm" => new Lstm(Hidden) { Layers = Layers, ReturnSequences = readsTokens },
            "gru" => new Gru(Hidden) { Layers = Layers, ReturnSequences = readsTokens },
            "minGru" => new MinGru(Hidden) { Layers = Layers, ReturnSequences = readsTokens },
            "minLstm" => new MinLstm(Hidden) { Layers = Layers, ReturnSequences = readsTokens },
            _ => new SimpleRnn(Hidden) { Layers = Layers, ReturnSequences = readsTokens },
        };
        return readsTokens
            ? new Model(new ModelSpec([new Embedding(Input), cell, new Dense(Vocabulary)]), Shape.Tokens(Vocabulary))
            : new Model(new ModelSpec([cell, new Dense(1)]), new Shape(Input));
    }

    /// <summary>A job that trains endlessly on a few batches of noise; every row starts from a zero state.</summary>
    public TrainingJob CreateJob(int shards) => CreateJob(shards, DataBatches);

    /// <summary>The same job with so many batches that its epochs, after each of which a cluster writes a checkpoint, are as long as memory allows.</summary>
    public TrainingJob CreateLongJob(int shards)
    {
        int bytes = Batch * Steps * (Vocabulary > 0 ? 2 * sizeof(int) : Input * sizeof(float));
        return CreateJob(shards, Math.Clamp(MaxDataBytes / bytes, DataBatches, MaxDataBatches));
    }

    private TrainingJob CreateJob(int shards, int batches)
    {
        Objective loss = Vocabulary > 0 ? new SoftmaxCrossEntropy() : new MeanSquaredError();
        var training = new TrainingSpec { Loss = loss, Optimizer = new Adam(), Batch = Batch, Shards = shards, Epochs = int.MaxValue };
        return new TrainingJob(CreateModel(), training, CreateData(batches * Batch));
    }

    private ArrayDataset CreateData(int rows)
    {
        var random = new Random(1);
        if (Vocabulary > 0)
        {
            int[,] tokens = new int[rows, Steps], labels = new int[rows, Steps];
            for (int row = 0; row < rows; row++)
                for (int t = 0; t < Steps; t++) (tokens[row, t], labels[row, t]) = (random.Next(Vocabulary), random.Next(Vocabulary));
            return ArrayDataset.Create(tokens, Vocabulary, labels, Vocabulary);
        }

        float[,,] inputs = new float[rows, Steps, Input];
        float[,] targets = new float[rows, 1];
        for (int row = 0; row < rows; row++)
        {
            targets[row, 0] = Noise(random);
            for (int t = 0; t < Steps; t++)
                for (int i = 0; i < Input; i++) inputs[row, t, i] = Noise(random);
        }

        return ArrayDataset.Create(inputs, targets);
    }

    /// <summary>Uniform, with mean 0 and standard deviation 1.</summary>
    private static float Noise(Random random) => ((2 * random.NextSingle()) - 1) * 1.7320508f;
}
