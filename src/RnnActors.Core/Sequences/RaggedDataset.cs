using RnnActors.Core.Problems;

namespace RnnActors.Core.Sequences;

/// <summary>
/// Independent rows of any length from 1, with one input or several: sentences, recordings, pairs of sentences. No row is padded. Targets are one per row, one
/// per step of an input, or label sequences of their own lengths.
/// </summary>
public sealed class RaggedDataset : SequenceDataset
{
    private readonly RaggedInput[] _inputs;

    internal RaggedDataset(IReadOnlyList<RaggedInput> inputs, TargetShape target, RaggedArray<float>? values, RaggedArray<int>? labels)
    {
        (_inputs, Target, Values, Labels) = ([.. inputs], target, values, labels);
        Inputs = [.. _inputs.Select((input, axis) => input.Named with { Shape = input.Named.Shape with { Axis = new StepAxis(axis) } })];
    }

    public override int Rows => _inputs[0].Rows;

    public override int Steps => _inputs[0].MaxLength;

    public override Shape Input => Inputs[0].Shape;

    public override TargetShape Target { get; }

    public override bool IsRagged => true;

    public override IReadOnlyList<NamedSignal> Inputs { get; }

    internal IReadOnlyList<RaggedInput> Sources => _inputs;

    /// <summary>Target values; null where targets are labels, or there are none.</summary>
    internal RaggedArray<float>? Values { get; }

    /// <summary>Target labels; null where targets are values, or there are none.</summary>
    internal RaggedArray<int>? Labels { get; }

    /// <summary>Sequences of values, with a class for each row.</summary>
    /// <param name="rows">(steps, features) each.</param>
    /// <param name="labels">(rows), each below <paramref name="classes"/>.</param>
    /// <exception cref="InvalidInputException">A row is empty, or the numbers of rows, features or labels do not agree.</exception>
    public static RaggedDataset Create(IReadOnlyList<float[,]> rows, int[] labels, int classes) =>
        Labelled([OfValues(InputNames.Default, rows)], [.. labels.Select(label => new[] { label })], new TargetShape(classes, false, true), isWhole: true);

    /// <summary>Sequences of tokens, with a class for each row.</summary>
    /// <inheritdoc cref="Create(IReadOnlyList{float[,]}, int[], int)"/>
    /// <param name="tokens">Each row's tokens, each below <paramref name="vocabulary"/>.</param>
    public static RaggedDataset Create(IReadOnlyList<int[]> tokens, int vocabulary, int[] labels, int classes) =>
        Labelled([OfTokens(InputNames.Default, tokens, vocabulary)], [.. labels.Select(label => new[] { label })], new TargetShape(classes, false, true),
            isWhole: true);

    /// <summary>Sequences of tokens, with a class for every step.</summary>
    /// <inheritdoc cref="Create(IReadOnlyList{int[]}, int, int[], int)"/>
    public static RaggedDataset Create(IReadOnlyList<int[]> tokens, int vocabulary, IReadOnlyList<int[]> labels, int classes) =>
        Labelled([OfTokens(InputNames.Default, tokens, vocabulary)], labels, new TargetShape(classes, true, true), isWhole: true);

    /// <summary>Sequences of values, with values as the target of every step.</summary>
    /// <param name="rows">(steps, features) each.</param>
    /// <param name="targets">(steps, outputs) each.</param>
    /// <exception cref="InvalidInputException">A row is empty, or the numbers of rows, steps or features do not agree.</exception>
    public static RaggedDataset Create(IReadOnlyList<float[,]> rows, IReadOnlyList<float[,]> targets)
    {
        var input = OfValues(InputNames.Default, rows);
        var values = OfValues("target", targets).Values!;
        SameRows(input.Rows, values.Rows);
        for (int row = 0; row < values.Rows; row++) SameSteps(row, input.LengthOf(row), values.LengthOf(row));
        return new RaggedDataset([input], new TargetShape(values.Width, true, false), values, null);
    }

    /// <summary>Sequences of values, with a label sequence of its own length for each row, which CTC aligns to the steps.</summary>
    /// <param name="rows">(steps, features) each.</param>
    /// <param name="labels">Each row's labels, without blanks.</param>
    /// <exception cref="InvalidInputException">A row is empty, or the numbers of rows or features do not agree.</exception>
    public static RaggedDataset CreateAligned(IReadOnlyList<float[,]> rows, IReadOnlyList<int[]> labels, int classes) =>
        Labelled([OfValues(InputNames.Default, rows)], labels, new TargetShape(classes, true, true)
        {
            MaxLength = Math.Max(1, labels.Select(row => row.Length).DefaultIfEmpty(0).Max()),
        }, isWhole: false);

    /// <summary>Pairs of token sequences for an encoder and a decoder: the inputs <c>source</c> and <c>target</c>, and a label for every step of the
    /// second.</summary>
    /// <param name="sources">Each row's source tokens, each below <paramref name="sourceVocabulary"/>.</param>
    /// <param name="targets">What the decoder reads: the begin token, then the target without its last token (teacher forcing).</param>
    /// <param name="labels">What the decoder should predict at each step: the target.</param>
    /// <exception cref="InvalidInputException">A row is empty, or the numbers of rows or steps do not agree.</exception>
    public static RaggedDataset CreatePairs(IReadOnlyList<int[]> sources, int sourceVocabulary, IReadOnlyList<int[]> targets, IReadOnlyList<int[]> labels,
        int targetVocabulary) =>
        Labelled(
            [OfTokens("source", sources, sourceVocabulary), OfTokens("target", targets, targetVocabulary)], labels,
                new TargetShape(targetVocabulary, true, true) { Axis = 1 }, isWhole: true);

    /// <summary>Words and their characters, with a class for every word: the inputs <c>words</c> and <c>characters</c>.</summary>
    /// <param name="words">Each row's words, each below <paramref name="vocabulary"/>.</param>
    /// <param name="characters">The characters of all words of each row, each below <paramref name="characterVocabulary"/>.</param>
    /// <param name="labels">One label per word.</param>
    /// <exception cref="InvalidInputException">A row is empty, or the numbers of rows or steps do not agree.</exception>
    public static RaggedDataset CreateTagged(
        IReadOnlyList<int[]> words, int vocabulary, IReadOnlyList<int[]> characters, int characterVocabulary, IReadOnlyList<int[]> labels, int classes) =>
        Labelled([OfTokens("words", words, vocabulary), OfTokens("characters", characters, characterVocabulary)], labels, new TargetShape(classes, true, true),
            isWhole: true);

    public override int MeanSteps => Math.Max(1, (_inputs[0].Starts[^1] + Rows - 1) / Math.Max(1, Rows));

    public override int StepsOf(int input) => _inputs[input].MaxLength;

    public override int LengthOf(int row, int input = 0) => _inputs[input].LengthOf(row);

    public override int MaxPositions(int input, int rows) => _inputs[input].MaxPositions(rows);

    public override void Read(ReadOnlySpan<int> rows, Batch batch)
    {
        batch.Rows = rows.Length;
        for (int i = 0; i < _inputs.Length; i++) _inputs[i].Read(rows, batch.AllInputs[i]);
        if (Target.HasOwnLength && Labels is not null)
        {
            int[] lengths = new int[rows.Length];
            for (int i = 0; i < rows.Length; i++) lengths[i] = Labels.LengthOf(rows[i]);
            batch.TargetLayout.Fill(lengths);
        }

        Labels?.CopyTo(rows, batch.TargetLayout, batch.Labels);
        Values?.CopyTo(rows, batch.TargetLayout, batch.Targets);
    }

    internal override void RefuseNotNumbers()
    {
        foreach (RaggedArray<float> values in _inputs.Select(input => input.Values).OfType<RaggedArray<float>>())
        {
            if (!values.Values.AsSpan().ContainsAnyExceptInRange(float.MinValue, float.MaxValue)) continue;
            for (int row = 0; row < values.Rows; row++)
                if (values.Row(row).ContainsAnyExceptInRange(float.MinValue, float.MaxValue)) throw NonFinite(row, values.Row(row), values.Width);
        }
    }

    private static RaggedDataset Labelled(RaggedInput[] inputs, IReadOnlyList<int[]> labels, TargetShape target, bool isWhole)
    {
        foreach (var input in inputs) SameRows(input.Rows, labels.Count);
        for (int row = 0; row < labels.Count; row++)
        {
            if (target.IsSequence && isWhole) SameSteps(row, inputs[target.Axis].LengthOf(row), labels[row].Length);
            int wrong = Array.FindIndex(labels[row], label => label < 0 || label >= target.Outputs);
            if (wrong >= 0)
                throw new InvalidInputException($"label {labels[row][wrong]} of row {row}, step {wrong}, is not one of the {target.Outputs} classes, which are "
                    + $"numbered from 0", "Check the targets");
        }

        return new RaggedDataset(inputs, target, null, RaggedArray<int>.Of(labels, 1));
    }

    private static RaggedInput OfValues(string name, IReadOnlyList<float[,]> rows)
    {
        int features = rows.Count == 0 ? 0 : rows[0].GetLength(1);
        for (int row = 0; row < rows.Count; row++)
        {
            NotEmpty(row, rows[row].GetLength(0));
            if (rows[row].GetLength(1) != features || features == 0)
                throw new InvalidInputException($"row {row} has {rows[row].GetLength(1)} features, but row 0 has {features}",
                    "Give every row the same features");
        }

        return new RaggedInput(name, RaggedArray<float>.Of([.. rows.Select(Flat)], Math.Max(1, features)));
    }

    private static float[] Flat(float[,] row)
    {
        float[] flat = new float[row.Length];
        Buffer.BlockCopy(row, 0, flat, 0, Buffer.ByteLength(row));
        return flat;
    }

    private static RaggedInput OfTokens(string name, IReadOnlyList<int[]> rows, int vocabulary)
    {
        for (int row = 0; row < rows.Count; row++)
        {
            NotEmpty(row, rows[row].Length);
            int wrong = Array.FindIndex(rows[row], token => token < 0 || token >= vocabulary);
            if (wrong >= 0) throw new InvalidInputException($"token {rows[row][wrong]} in row {row}, step {wrong}, is outside the vocabulary of {vocabulary}");
        }

        return new RaggedInput(name, RaggedArray<int>.Of(rows, 1), vocabulary);
    }

    private static void NotEmpty(int row, int steps)
    {
        if (steps == 0) throw new InvalidInputException($"row {row} has no steps", "Leave it out, or give it one");
    }

    private static void SameRows(int inputs, int targets)
    {
        if (inputs == 0) throw new InvalidInputException("there are no rows to train on");
        if (inputs != targets) throw new InvalidInputException($"there are {inputs} rows of inputs, but {targets} of targets");
    }

    private static void SameSteps(int row, int inputs, int targets)
    {
        if (inputs != targets) throw new InvalidInputException($"row {row} has {inputs} steps, but {targets} targets");
    }
}
