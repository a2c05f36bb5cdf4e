using RnnActors.Core.Layers;
using RnnActors.Core.Objectives;
using RnnActors.Core.Sequences;

namespace RnnActors.Cli.Benchmarks;

/// <summary>The task workloads, and stacks with rows of unequal lengths.</summary>
internal static class TaskWorkloads
{
    private const int ClassifyRows = 64, TagRows = 32, SpeechRows = 32, PairRows = 64, LabelSeed = 7, LengthSeed = 2026;

    public static IEnumerable<TaskWorkload> Create()
    {
        int[] classify = Lengths(ClassifyRows, 3, 60, 2, LengthSeed);
        yield return Classify(classify);
        yield return Tag(Lengths(TagRows, 3, 40, 2, LengthSeed));
        yield return Speech(Lengths(SpeechRows, 80, 200, 1, LengthSeed), Lengths(SpeechRows, 2, 12, 1, LabelSeed));
        int[] source = Lengths(PairRows, 3, 10, 1, LengthSeed), target = Lengths(PairRows, 3, 11, 1, LabelSeed);
        yield return Bahdanau(source, target);
        yield return Luong(source, target);
        yield return Forecast();
        yield return Words();
        foreach (int units in new[] { 64, 128, 256 })
            foreach (int directions in new[] { 1, 2 }) yield return Stack(units, directions, classify);
    }

    private static TaskWorkload Classify(int[] lengths)
    {
        const int Vocabulary = 20000, Embedded = 100, Units = 128, Classes = 2;
        int tokens = lengths.Sum();
        return new TaskWorkload(
            "classify bilstm E100 H128 B64 T60 ragged V20000 C2", [new Embedding(Embedded), new Lstm(Units) { Bidirectional = true }, new Dense(Classes)],
            new SoftmaxCrossEntropy(),
            tokens, (2 * Cell(4, Embedded, Units) * tokens) + (2.0 * 2 * Units * Classes * lengths.Length),
            () => RaggedDataset.Create(Tokens(lengths, Vocabulary), Vocabulary, [.. lengths.Select((_, row) => row % Classes)], Classes));
    }

    private static TaskWorkload Tag(int[] lengths)
    {
        const int Vocabulary = 10000, Embedded = 100, Units = 100, Classes = 17;
        int tokens = lengths.Sum();
        return new TaskWorkload(
            "tag bilstm E100 H100 B32 T40 ragged V10000 C17",
            [new Embedding(Embedded), new Lstm(Units, returnSequences: true) { Bidirectional = true }, new Dense(Classes)],
            new SoftmaxCrossEntropy(), tokens, ((2 * Cell(4, Embedded, Units)) + (2.0 * 2 * Units * Classes)) * tokens,
            () => RaggedDataset.Create(Tokens(lengths, Vocabulary), Vocabulary, Tokens(lengths, Classes), Classes));
    }

    private static TaskWorkload Speech(int[] frames, int[] labels)
    {
        const int Features = 40, Units = 128, Classes = 11;
        int tokens = frames.Sum();
        return new TaskWorkload(
            "ctc bilstm L2 I40 H128 B32 T200 ragged C11", [new Lstm(Units, returnSequences: true) { Layers = 2, Bidirectional = true }, new Dense(Classes)],
            new Ctc(),
            tokens, ((2 * Cell(4, Features, Units)) + (2 * Cell(4, 2 * Units, Units)) + (2.0 * 2 * Units * Classes)) * tokens,
            () => RaggedDataset.CreateAligned([.. frames.Select(length => Values(length, Features))],
            [.. Tokens(labels, Classes - 1).Select(row => row.Select(label => label + 1).ToArray())], Classes));
    }

    private static TaskWorkload Bahdanau(int[] source, int[] target)
    {
        const int Vocabulary = 8000, Embedded = 128, Units = 256, Memory = 2 * Units;
        double products = EncoderFlops(source, 3, Embedded, Units) + (2.0 * Memory * Units * (source.Length + source.Sum()));
        products += ((2.0 * 3 * Units * (Embedded + Memory + Units)) + (2.0 * Units * Units) + (2.0 * (Units + Memory + Embedded) * Vocabulary)) * target.Sum();
        return new TaskWorkload(
            "seq2seq gru E128 H256 B64 S10 T11 V8000 bahdanau",
            [
                new Embedding(Embedded) { Name = "source_embedding", Reads = new("source") },
                new Gru(Units, returnSequences: true) { Name = "encoder", Bidirectional = true },
                new Dense(Units) { Name = "bridge", Reads = new("encoder.h"), Activation = ActivationFunction.Tanh },
                new Embedding(Embedded) { Name = "target_embedding", Reads = new("target") },
                new AttentionDecoder(Units) { Name = "decoder", Reads = new("target_embedding", "encoder", "bridge") },
                new Concatenate { Reads = new("decoder", "decoder.context", "target_embedding") },
                new Dense(Vocabulary),
            ],
            new SoftmaxCrossEntropy(), source.Sum() + target.Sum(), products, () => Pairs(source, target, Vocabulary));
    }

    private static TaskWorkload Luong(int[] source, int[] target)
    {
        const int Vocabulary = 8000, Embedded = 128, Units = 256, Memory = 2 * Units;
        double products = EncoderFlops(source, 4, Embedded, Units) + (2.0 * 2 * Memory * Units * source.Length) + (2.0 * Memory * Units * source.Sum());
        products += (Cell(4, Embedded, Units) + (2.0 * (Memory + Units) * Units) + (2.0 * Units * Vocabulary)) * target.Sum();
        return new TaskWorkload(
            "seq2seq lstm E128 H256 B64 S10 T11 V8000 luong",
            [
                new Embedding(Embedded) { Name = "source_embedding", Reads = new("source") },
                new Lstm(Units, returnSequences: true) { Name = "encoder", Bidirectional = true },
                new Dense(Units) { Name = "bridge_h", Reads = new("encoder.h"), Activation = ActivationFunction.Tanh },
                new Dense(Units) { Name = "bridge_c", Reads = new("encoder.h"), Activation = ActivationFunction.Tanh },
                new Embedding(Embedded) { Name = "target_embedding", Reads = new("target") },
                new Lstm(Units, returnSequences: true) { Name = "decoder", Reads = new("target_embedding", "bridge_h", "bridge_c") },
                new Attention(AttentionScore.General) { Name = "attention", Reads = new("decoder", "encoder") },
                new Concatenate { Reads = new("attention", "decoder") },
                new Dense(Units) { Activation = ActivationFunction.Tanh },
                new Dense(Vocabulary),
            ],
            new SoftmaxCrossEntropy(), source.Sum() + target.Sum(), products, () => Pairs(source, target, Vocabulary));
    }

    private static TaskWorkload Forecast()
    {
        const int Features = 7, Units = 64, Outputs = 168, Rows = 32, Steps = 96;
        return new TaskWorkload(
            "forecast lstm L2 I7 H64 B32 T96 -> 24x7", [new Lstm(Units) { Layers = 2 }, new Dense(Outputs)], new MeanSquaredError(), Rows * Steps,
            ((Cell(4, Features, Units) + Cell(4, Units, Units)) * Rows * Steps) + (2.0 * Units * Outputs * Rows),
            () =>
            {
                var random = new Random(1);
                var inputs = new float[Rows, Steps, Features];
                var targets = new float[Rows, Outputs];
                foreach (ref float value in inputs.AsSpan()) value = Noise(random);
                foreach (ref float value in targets.AsSpan()) value = Noise(random);
                return ArrayDataset.Create(inputs, targets);
            });
    }

    private static TaskWorkload Words()
    {
        const int Vocabulary = 10000, Units = 650, Rows = 20, Steps = 35;
        return new TaskWorkload(
            "words lstm L2 I650 H650 B20 T35 V10000 dropout .5",
            [new Embedding(Units), new Dropout(0.5), new Lstm(Units, returnSequences: true) { Layers = 2, Dropout = 0.5 }, new Dropout(0.5),
                new Dense(Vocabulary)],
            new SoftmaxCrossEntropy(), Rows * Steps, ((2 * Cell(4, Units, Units)) + (2.0 * Units * Vocabulary)) * Rows * Steps,
            () =>
            {
                var random = new Random(1);
                int[,] tokens = new int[Rows, Steps], labels = new int[Rows, Steps];
                foreach (ref int token in tokens.AsSpan()) token = random.Next(Vocabulary);
                foreach (ref int label in labels.AsSpan()) label = random.Next(Vocabulary);
                return ArrayDataset.Create(tokens, Vocabulary, labels, Vocabulary);
            });
    }

    /// <summary>An LSTM alone, for rows of unequal lengths and for the full rectangle.</summary>
    private static TaskWorkload Stack(int units, int directions, int[] lengths)
    {
        const int Features = 32;
        string cell = directions == 1 ? "lstm" : "bilstm";
        TaskWorkload Of(string shape, int[] rows) => new(
            $"lengths {cell} I{Features} H{units} B{rows.Length} T{rows.Max()} {shape}",
            [new Lstm(units, returnSequences: true) { Bidirectional = directions == 2 }, new Dense(1)],
            new MeanSquaredError(), rows.Sum(), ((directions * Cell(4, Features, units)) + (2.0 * directions * units)) * rows.Sum(),
            () => shape == "ragged"
            ? RaggedDataset.Create([.. rows.Select(length => Values(length, Features))], [.. rows.Select(length => Values(length, 1))])
            : Rectangle(rows.Length, rows.Max(), Features));
        return Of("ragged", lengths) with { Full = Of("full", [.. lengths.Select(_ => lengths.Max())]) };
    }

    private static ArrayDataset Rectangle(int rows, int steps, int features)
    {
        var random = new Random(1);
        float[,,] inputs = new float[rows, steps, features], targets = new float[rows, steps, 1];
        foreach (ref float value in inputs.AsSpan()) value = Noise(random);
        foreach (ref float value in targets.AsSpan()) value = Noise(random);
        return ArrayDataset.Create(inputs, targets);
    }

    private static RaggedDataset Pairs(int[] source, int[] target, int vocabulary) =>
        RaggedDataset.CreatePairs(Tokens(source, vocabulary), vocabulary, Tokens(target, vocabulary), Tokens(target, vocabulary), vocabulary);

    private static double EncoderFlops(int[] source, int gates, int embedded, int units) => 2 * Cell(gates, embedded, units) * source.Sum();

    /// <summary>Floating-point operations of a cell's matrix products in a step.</summary>
    private static double Cell(int gates, int input, int units) => 2.0 * gates * units * (input + units);

    /// <summary>
    /// Row lengths by a formula that other programs use too; with <paramref name="power"/> above 1 there are many short rows and few long ones.
    /// </summary>
    private static int[] Lengths(int rows, int min, int max, int power, long seed)
    {
        long x = seed;
        int[] lengths = new int[rows];
        for (int row = 0; row < rows; row++)
        {
            x = ((1103515245 * x) + 12345) % (1L << 31);
            double u = x / (double)(1L << 31), share = 1;
            for (int i = 0; i < power; i++) share *= u;
            lengths[row] = min + (int)Math.Floor((max - min + 1) * share);
        }

        lengths[0] = max;
        return lengths;
    }

    private static int[][] Tokens(int[] lengths, int vocabulary)
    {
        var random = new Random(1);
        return [.. lengths.Select(length => Enumerable.Range(0, length).Select(_ => random.Next(vocabulary)).ToArray())];
    }

    private static float[,] Values(int steps, int features)
    {
        var random = new Random(steps);
        var values = new float[steps, features];
        foreach (ref float value in values.AsSpan()) value = Noise(random);
        return values;
    }

    /// <summary>Uniform, with mean 0 and standard deviation 1.</summary>
    private static float Noise(Random random) => ((2 * random.NextSingle()) - 1) * 1.7320508f;
}
