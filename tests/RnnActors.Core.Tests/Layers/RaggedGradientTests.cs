using CsCheck;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Sequences;
using RnnActors.Core.Sharding;
using RnnActors.Core.Tests.Kernels;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Core.Tests.Layers;

/// <summary>
/// The gradient of every layer and objective over rows of unequal lengths, 1 among them, beside differences of the loss: of each parameter along
/// a random direction.
/// </summary>
public sealed class RaggedGradientTests
{
    private const int Words = 5, Classes = 4, Features = 3;

    /// <summary>A float32 loss is right to about 1e-7, so a difference over twice this step is right to about 1e-5.</summary>
    private const float Step = 1e-2f;

    public static TheoryData<string> Kinds =>
    [
        "simpleRnn", "lstm", "gru", "minGru", "minLstm", "projection", "normalised", "states", "tied", "last", "mean", "sum", "layerNorm", "boundaries",
        "dropout",
    ];

    public static TheoryData<string> Losses => ["mse", "huber", "gaussian", "studentT", "negativeBinomial", "quantile", "bce", "weights", "ctc"];

    public static TheoryData<string> Scores => ["dot", "scaledDot", "general", "additive", "causal", "bahdanau", "luong"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_layer_has_the_gradient_of_differences(string kind) => Sample(lengths => kind switch
    {
        "simpleRnn" => Tags(lengths, new Embedding(3), new SimpleRnn(3, true) { Bidirectional = true }, new Dense(Classes)),
        "lstm" => Tags(lengths, new Embedding(3), new Lstm(3, true) { Layers = 2, Bidirectional = true }, new Dense(Classes)),
        "gru" => Tags(lengths, new Embedding(3), new Gru(3, true) { Layers = 2 }, new Gru(2, true) { Bidirectional = true }, new Dense(Classes)),
        "minGru" => Tags(
            lengths, new LearnedState(6) { Name = "h0", Reads = new("input") }, new Embedding(3) { Name = "words", Reads = new("input") },
            new MinGru(3, true) { Name = "minGru", Bidirectional = true, Reads = new("words", "h0") },
            new MinGru(6, true) { Layers = 2, Dropout = 0.3, Reads = new("minGru") }, new Dense(Classes)),
        "minLstm" => Tags(
            lengths, new LearnedState(6) { Name = "h0", Reads = new("input") }, new Embedding(3) { Name = "words", Reads = new("input") },
            new MinLstm(3, true) { Name = "minLstm", Bidirectional = true, Reads = new("words", "h0") },
            new MinLstm(6, true) { Reads = new("minLstm", "minLstm.h") }, new Dense(Classes)),
        "projection" => Tags(
            lengths, new Embedding(3), new Lstm(5, true) { Projection = 2, Bidirectional = true, Layers = 2, WeightDropout = 0.2 }, new Dense(Classes)),
        "normalised" => Tags(lengths, new Embedding(3), new Lstm(4, true) { LayerNorm = true, Bidirectional = true, WeightDropout = 0.3 }, new Dense(Classes)),
        "states" => Tags(
            lengths, new LearnedState(6) { Name = "h0", Reads = new("input") }, new LearnedState(6) { Name = "c0", Reads = new("input") },
            new Embedding(3) { Name = "words", Reads = new("input") },
            new Lstm(3, true) { Name = "lstm", Bidirectional = true, Reads = new("words", "h0", "c0") },
            new Gru(6, true) { Name = "gru", Reads = new("lstm", "lstm.c") }, new Dense(Classes)),
        "tied" => Language(lengths, new Embedding(4) { Name = "words" }, new Gru(4, true), new TiedDense("words", Words)),
        "last" => Rows(lengths, new Embedding(3), new Gru(3, true) { Bidirectional = true }, new Pooling(PoolingMode.Last), new Dense(Classes)),
        "mean" => Rows(lengths, new Embedding(3), new Gru(3, true) { Bidirectional = true }, new Pooling(PoolingMode.Mean), new Dense(Classes)),
        "sum" => Rows(lengths, new Embedding(3), new Gru(3, true) { Bidirectional = true }, new Pooling(PoolingMode.Sum), new Dense(Classes)),
        "boundaries" => (Spelt(lengths), new SoftmaxCrossEntropy(),
        [
            new Embedding(3) { Name = "letters", Reads = new("characters") }, new Gru(3, true) { Name = "spelling", Bidirectional = true },
            new BoundaryStates { Name = "ends", Reads = new("spelling", "words", "characters") }, new Embedding(2) { Name = "known", Reads = new("words") },
            new Concatenate { Reads = new("known", "ends") }, new Gru(3, true), new Dense(Classes),
        ]),
        "layerNorm" => Tags(lengths, new Embedding(5), new LayerNorm(), new Gru(3, true), new Dense(Classes)),
        _ => Tags(
            lengths, new Embedding(4), new Dropout(0.3), new Lstm(3, true)
            {
                Layers = 2,
                Dropout = 0.3,
                RecurrentDropout = 0.3,
                WeightDropout = 0.3,
                Bidirectional = true,
            }, new Dense(Classes)),
    });

    [Theory]
    [MemberData(nameof(Losses))]
    public void An_objective_has_the_gradient_of_differences(string kind) => Sample(lengths => kind switch
    {
        "mse" => Values(lengths, new MeanSquaredError(), 2),
        "huber" => Values(lengths, new Huber(0.5), 2),
        "gaussian" => Values(lengths, new GaussianLikelihood { Full = true }, 4),
        "studentT" => Values(lengths, new StudentT(), 6),
        "negativeBinomial" => Values(lengths, new NegativeBinomial(), 4),
        "quantile" => Values(lengths, new QuantileLoss(new(0.1, 0.5, 0.9)), 6),
        "bce" => Values(lengths, new BinaryCrossEntropy { PositiveWeights = new(1, 3) }, 2),
        "weights" => (
            Labelled(lengths, Classes), new SoftmaxCrossEntropy(2) { ClassWeights = new(1, 2, 3, 0.5), LabelSmoothing = 0.2 },
            [new Embedding(3), new Gru(3, true), new Dense(Classes)]),
        _ => (Aligned(lengths), new Ctc { ZeroInfinity = true }, [new Lstm(3, true) { Bidirectional = true }, new Dense(Classes)]),
    });

    [Theory]
    [MemberData(nameof(Scores))]
    public void Attention_has_the_gradient_of_differences(string kind) => Sample(lengths =>
    {
        int[] targets = [.. lengths.Reverse().Select(length => (length % 4) + 1)];
        List<LayerSpec> layers =
        [
            new Embedding(3) { Name = "source_words", Reads = new("source") },
            new Gru(2, true) { Name = "memory", Bidirectional = true },
            new Embedding(3) { Name = "target_words", Reads = new("target") },
        ];
        if (kind is "bahdanau" or "luong")
        {
            layers.Add(new Dense(4) { Name = "bridge", Reads = new("memory.h"), Activation = ActivationFunction.Tanh });
            layers.Add(new AttentionDecoder(4)
            {
                Name = "decoder",
                Reads = kind == "luong" ? new("target_words", "memory", "bridge", "bridge") : new("target_words", "memory", "bridge"),
                Cell = kind == "luong" ? DecoderCell.Lstm : DecoderCell.Gru,
                Score = kind == "luong" ? AttentionScore.General : AttentionScore.Additive,
            });
            if (kind == "bahdanau") layers.Add(new Concatenate { Reads = new("decoder", "decoder.context", "target_words") });
        }
        else
        {
            AttentionScore score = kind == "causal" ? AttentionScore.ScaledDot : Enum.Parse<AttentionScore>(kind, ignoreCase: true);
            layers.Add(new Gru(4, true) { Name = "queries" });
            layers.Add(new Attention(score) { Name = "attention", Reads = new("queries", kind == "causal" ? "queries" : "memory"), Causal = kind == "causal" });
            layers.Add(new Concatenate { Reads = new("attention", "queries") });
        }

        layers.Add(new Dense(Words));
        var data = RaggedDataset.CreatePairs(Tokens(lengths, Words, 1), Words, Tokens(targets, Words, 2), Tokens(targets, Words, 3), Words);
        return (data, new SoftmaxCrossEntropy(), [.. layers]);
    });

    /// <summary>Rows that happen to be of equal length give the bits of rows that must be.</summary>
    [Theory]
    [InlineData("lstm")]
    [InlineData("gru")]
    [InlineData("minGru")]
    [InlineData("minLstm")]
    public void Equal_lengths_give_the_bits_of_a_rectangle(string kind)
    {
        int[][] tokens = Tokens([4, 4, 4, 4, 4, 4, 4], Words, 1), labels = Tokens([4, 4, 4, 4, 4, 4, 4], Classes, 2);
        int[,] Flat(int[][] rows)
        {
            int[,] flat = new int[rows.Length, 4];
            for (int row = 0; row < rows.Length; row++)
                for (int t = 0; t < 4; t++) flat[row, t] = rows[row][t];
            return flat;
        }

        Recurrent stack = kind switch
        {
            "lstm" => new Lstm(5, true) { RecurrentDropout = 0.2 },
            "gru" => new Gru(5, true) { WeightDropout = 0.2 },
            "minGru" => new MinGru(5, true),
            _ => new MinLstm(5, true),
        };
        LayerSpec[] layers = [new Embedding(3), stack with { Layers = 2, Bidirectional = true, Dropout = 0.2 }, new Dense(Classes)];
        float[] Train(SequenceDataset data)
        {
            var training = new TrainingSpec { Loss = new SoftmaxCrossEntropy(), Optimizer = new Core.Optimizers.Adam(0.01), Batch = 5, Shards = 3, Epochs = 3 };
            var trainer = new Trainer(new TrainingJob(new Model(new ModelSpec(layers), data.Inputs), training, data, data));
            trainer.Run();
            return trainer.State.Parameters.Span.ToArray();
        }

        SameBits.Assert(Train(ArrayDataset.Create(Flat(tokens), Words, Flat(labels), Classes)), Train(RaggedDataset.Create(tokens, Words, labels, Classes)));
    }

    private static void Sample(Func<int[], (RaggedDataset Data, Objective Loss, LayerSpec[] Layers)> create) =>
        Gen.Select(Gen.Int[1, 6].Array[1, 5], Gen.UInt[1, 1000]).Sample((lengths, seed) => Check(create(lengths), seed), iter: 6, threads: 1);

    private static void Check((RaggedDataset Data, Objective Loss, LayerSpec[] Layers) made, uint seed)
    {
        var (data, loss, layers) = made;
        var model = new Model(new ModelSpec(layers), data.Inputs);
        ModelCheck.Matches(model, data, loss);
        int shards = Math.Min(2, data.Rows);
        var training = new TrainingSpec { Loss = loss, Optimizer = new Core.Optimizers.Sgd(1), Batch = data.Rows, Shards = shards, Seed = 3 };
        var computation = new ShardComputation(model, training, data, shards);
        var parameters = new AlignedBuffer(model.Layout.Length);
        foreach (var slot in model.Layout.Slots) Pseudorandom.Floats(slot.Length, seed + (uint)slot.Offset).AsSpan().CopyTo(parameters.Span[slot.Offset..]);
        int[] rows = [.. Enumerable.Range(0, data.Rows)];
        var gradient = new GradientBuffer(parameters.Length);
        double LossAt()
        {
            computation.Prepare(parameters.Memory);
            return computation.Compute(new ShardStep(5, rows, new ShardRange(0, shards), default), [new ShardRange(0, shards)], [gradient], [])[0].Loss.Mean;
        }

        LossAt();
        float[] analytic = gradient.Span.ToArray();
        foreach (var slot in model.Layout.Slots)
        {
            float[] before = parameters.Span.Slice(slot.Offset, slot.Length).ToArray();
            float[] direction = Pseudorandom.Floats(slot.Length, seed + 7 + (uint)slot.Offset);
            double size = Math.Sqrt(direction.Sum(value => (double)value * value));
            double Moved(float step)
            {
                for (int i = 0; i < before.Length; i++) parameters.Span[slot.Offset + i] = before[i] + (float)(step * direction[i] / size);
                return LossAt();
            }

            // Richardson's extrapolation leaves an error of the fourth order in the step.
            double Slope(float step)
            {
                double wide = (Moved(step) - Moved(-step)) / (2 * step), narrow = (Moved(step / 2) - Moved(-step / 2)) / step;
                before.CopyTo(parameters.Span[slot.Offset..]);
                return ((4 * narrow) - wide) / 3;
            }

            double actual = 0;
            for (int i = 0; i < before.Length; i++) actual += analytic[slot.Offset + i] * direction[i] / size;
            double expected = Slope(Step);
            bool IsOff() => !(Math.Abs(expected - actual) <= 4e-4 + (4e-3 * Math.Abs(expected)));

            // Where all values are nearly equal, normalising bends the loss within a step: narrower ones come near the slope, though noise grows.
            for (float step = Step / 4; IsOff() && step > Step / 100; step /= 4) expected = Slope(step);
            if (IsOff())
            {
                string kinds = string.Join(" → ", layers.Select(layer => layer.Kind)), lengths = string.Join(", ", rows.Select(row => data.LengthOf(row)));
                Assert.Fail($"{kinds}, {loss.Name}, lengths {lengths}, seed {seed}: {slot.Name} {actual:R} is not {expected:R}");
            }
        }
    }

    private static (RaggedDataset, Objective, LayerSpec[]) Tags(int[] lengths, params LayerSpec[] layers) =>
        (Labelled(lengths, Classes), new SoftmaxCrossEntropy(), layers);

    /// <summary>Words of one to three characters, each ended by the boundary 0.</summary>
    private static RaggedDataset Spelt(int[] lengths)
    {
        int[][] words = Tokens(lengths, Words, 1);
        return RaggedDataset.CreateTagged(
            words, Words, [.. words.Select(row =>
            row.SelectMany(word => (int[])[.. Enumerable.Range(0, 1 + (word % 3)).Select(i => 1 + ((word + i) % 3)), 0]).ToArray())], 4,
            Tokens(lengths, Classes, 5), Classes);
    }

    private static (RaggedDataset, Objective, LayerSpec[]) Language(int[] lengths, params LayerSpec[] layers) =>
        (Labelled(lengths, Words), new SoftmaxCrossEntropy(), layers);

    private static (RaggedDataset, Objective, LayerSpec[]) Rows(int[] lengths, params LayerSpec[] layers) =>
        (RaggedDataset.Create(Tokens(lengths, Words, 1), Words, [.. lengths.Select((_, row) => row % Classes)], Classes), new SoftmaxCrossEntropy(), layers);

    private static (RaggedDataset, Objective, LayerSpec[]) Values(int[] lengths, Objective loss, int outputs)
    {
        float[][,] targets = Matrices(lengths, 2, 9);
        if (loss is BinaryCrossEntropy)
            foreach (float[,] row in targets)
                for (int i = 0; i < row.Length; i++) row[i / 2, i % 2] = row[i / 2, i % 2] > 0 ? 1 : 0;
        if (loss is NegativeBinomial)
            foreach (float[,] row in targets)
                for (int i = 0; i < row.Length; i++) row[i / 2, i % 2] = MathF.Floor(4 * MathF.Abs(row[i / 2, i % 2]));
        // Far from what the model gives, so that no step crosses the kink of a pinball.
        if (loss is QuantileLoss)
            foreach (float[,] row in targets)
                for (int i = 0; i < row.Length; i++) row[i / 2, i % 2] += row[i / 2, i % 2] < 0 ? -9 : 9;
        return (RaggedDataset.Create(Matrices(lengths, Features, 4), targets), loss, [new Gru(3, true) { Bidirectional = true }, new Dense(outputs)]);
    }

    private static RaggedDataset Labelled(int[] lengths, int classes) =>
        RaggedDataset.Create(Tokens(lengths, Words, 1), Words, Tokens(lengths, classes, 2), classes);

    private static RaggedDataset Aligned(int[] lengths) => RaggedDataset.CreateAligned(
        Matrices(lengths, Features, 4),
        [.. Tokens([.. lengths.Select(length => length / 2)], Classes - 1, 5).Select(row => row.Select(label => label + 1).ToArray())], Classes);

    private static int[][] Tokens(int[] lengths, int count, int seed)
    {
        var random = new Random(seed);
        return [.. lengths.Select(length => Enumerable.Range(0, length).Select(_ => random.Next(count)).ToArray())];
    }

    private static float[][,] Matrices(int[] lengths, int features, int seed)
    {
        var random = new Random(seed);
        return [.. lengths.Select(length =>
        {
            var matrix = new float[length, features];
            for (int t = 0; t < length; t++)
                for (int i = 0; i < features; i++) matrix[t, i] = (float)((2 * random.NextDouble()) - 1);
            return matrix;
        })];
    }
}
