using RnnActors.Core.Problems;

namespace RnnActors.Core.Sequences;

/// <summary>Independent rows of equal length in arrays, such as <c>Sequential.Fit</c> gets.</summary>
public sealed class ArrayDataset : SequenceDataset
{
    private readonly float[] _inputs;
    private readonly int[] _tokens;
    private readonly float[] _targets;
    private readonly int[] _labels;

    private ArrayDataset(int rows, int steps, Shape input, TargetShape target, float[] inputs, int[] tokens, float[] targets, int[] labels)
    {
        if (steps < 1) throw new InvalidInputException("the rows have no steps", "Give each at least one");
        if (input.Features < 1) throw new InvalidInputException("the rows have no features", "Give each step at least one");
        (Rows, Steps, Input, Target) = (rows, steps, input, target);
        (_inputs, _tokens, _targets, _labels) = (inputs, tokens, targets, labels);
    }

    public override int Rows { get; }

    public override int Steps { get; }

    public override Shape Input { get; }

    public override TargetShape Target { get; }

    /// <summary>Sequences of values, with values as each row's target.</summary>
    /// <param name="inputs">(rows, steps, features).</param>
    /// <param name="targets">(rows, outputs).</param>
    public static ArrayDataset Create(float[,,] inputs, float[,] targets) => new(
        SameRows(inputs.GetLength(0), targets.GetLength(0)), inputs.GetLength(1), new Shape(inputs.GetLength(2)),
        new TargetShape(targets.GetLength(1), false, false), Flat<float>(inputs), [], Flat<float>(targets), []);

    /// <summary>Sequences of values, with values as the target of every step.</summary>
    /// <param name="inputs">(rows, steps, features).</param>
    /// <param name="targets">(rows, steps, outputs).</param>
    public static ArrayDataset Create(float[,,] inputs, float[,,] targets) => new(
        SameRows(inputs.GetLength(0), targets.GetLength(0)), SameSteps(inputs.GetLength(1), targets.GetLength(1)), new Shape(inputs.GetLength(2)),
        new TargetShape(targets.GetLength(2), true, false), Flat<float>(inputs), [], Flat<float>(targets), []);

    /// <summary>Sequences of values, with a class for each row.</summary>
    /// <param name="inputs">(rows, steps, features).</param>
    /// <param name="labels">(rows), each below <paramref name="classes"/>.</param>
    public static ArrayDataset Create(float[,,] inputs, int[] labels, int classes) => new(
        SameRows(inputs.GetLength(0), labels.Length), inputs.GetLength(1), new Shape(inputs.GetLength(2)),
        new TargetShape(classes, false, true), Flat<float>(inputs), [], [], [.. labels]);

    /// <summary>Sequences of tokens, with a class for each row.</summary>
    /// <param name="tokens">(rows, steps), each below <paramref name="vocabulary"/>.</param>
    /// <param name="labels">(rows), each below <paramref name="classes"/>.</param>
    public static ArrayDataset Create(int[,] tokens, int vocabulary, int[] labels, int classes) => new(
        SameRows(tokens.GetLength(0), labels.Length), tokens.GetLength(1), Shape.Tokens(vocabulary),
        new TargetShape(classes, false, true), [], Tokens(tokens, vocabulary), [], [.. labels]);

    /// <summary>Sequences of tokens, with a class for every step: the next token, or a tag.</summary>
    /// <param name="tokens">(rows, steps), each below <paramref name="vocabulary"/>.</param>
    /// <param name="labels">(rows, steps), each below <paramref name="classes"/>.</param>
    public static ArrayDataset Create(int[,] tokens, int vocabulary, int[,] labels, int classes) => new(
        SameRows(tokens.GetLength(0), labels.GetLength(0)), SameSteps(tokens.GetLength(1), labels.GetLength(1)), Shape.Tokens(vocabulary),
        new TargetShape(classes, true, true), [], Tokens(tokens, vocabulary), [], Flat<int>(labels));

    /// <summary>Sequences of values without targets, for predictions.</summary>
    public static ArrayDataset CreateInputs(float[,,] inputs, TargetShape target) => new(
        inputs.GetLength(0), inputs.GetLength(1), new Shape(inputs.GetLength(2)), target, Flat<float>(inputs), [], [], []);

    /// <summary>Sequences of tokens without targets, for predictions.</summary>
    public static ArrayDataset CreateInputs(int[,] tokens, int vocabulary, TargetShape target) => new(
        tokens.GetLength(0), tokens.GetLength(1), Shape.Tokens(vocabulary), target, [], Tokens(tokens, vocabulary), [], []);

    /// <summary>A dataset from a file's flat arrays, which are checked.</summary>
    internal static ArrayDataset OfArrays(int rows, int steps, Shape input, TargetShape target, float[] inputs, int[] tokens, float[] targets, int[] labels) =>
        new(rows, steps, input, target, inputs, tokens, targets, labels);

    /// <summary>(rows, steps, features); empty where the input is tokens.</summary>
    internal ReadOnlyMemory<float> InputValues => _inputs;

    /// <summary>(rows, steps); empty where the input is values.</summary>
    internal ReadOnlyMemory<int> TokenValues => _tokens;

    /// <summary>(rows, steps or 1, outputs); empty where the targets are labels.</summary>
    internal ReadOnlyMemory<float> Targets => _targets;

    /// <summary>(rows, steps or 1); empty where the targets are values.</summary>
    internal ReadOnlyMemory<int> Labels => _labels;

    public override void Read(ReadOnlySpan<int> rows, Batch batch)
    {
        batch.Rows = rows.Length;
        if (Input.IsTokens) Gather<int>(_tokens, Steps, 1, rows, batch.Tokens);
        else Gather<float>(_inputs, Steps, Input.Features, rows, batch.Inputs);
        int targetSteps = batch.TargetSteps;
        if (_labels.Length > 0) Gather<int>(_labels, targetSteps, 1, rows, batch.Labels);
        else if (_targets.Length > 0) Gather<float>(_targets, targetSteps, Target.Outputs, rows, batch.Targets);
    }

    internal override void RefuseNotNumbers()
    {
        int at = _inputs.AsSpan().IndexOfAnyExceptInRange(float.MinValue, float.MaxValue), width = Steps * Input.Features;
        if (at >= 0) throw NonFinite(at / width, _inputs.AsSpan(at / width * width, width), Input.Features);
    }

    /// <summary>The smallest and the largest target value; NaN where targets are labels.</summary>
    public (float Min, float Max) TargetRange => _targets.Length == 0 ? (float.NaN, float.NaN) : (_targets.Min(), _targets.Max());

    /// <summary>Copies chosen rows from batch-major (rows, steps, width) to time-major (steps, chosen rows, width).</summary>
    private static void Gather<T>(T[] source, int steps, int width, ReadOnlySpan<int> rows, Span<T> destination)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            for (int t = 0; t < steps; t++)
                source.AsSpan(((rows[i] * steps) + t) * width, width).CopyTo(destination.Slice(((t * rows.Length) + i) * width, width));
        }
    }

    private static T[] Flat<T>(Array array)
        where T : unmanaged
    {
        var flat = new T[array.Length];
        Buffer.BlockCopy(array, 0, flat, 0, Buffer.ByteLength(array));
        return flat;
    }

    private static int[] Tokens(int[,] tokens, int vocabulary)
    {
        int[] flat = Flat<int>(tokens);
        int wrong = Array.FindIndex(flat, token => token < 0 || token >= vocabulary);
        return wrong < 0 ? flat : throw new InvalidInputException(
            $"token {flat[wrong]} in row {wrong / tokens.GetLength(1)}, step {wrong % tokens.GetLength(1)}, is outside the vocabulary of {vocabulary}");
    }

    private static int SameRows(int inputs, int targets) => inputs == targets && inputs > 0 ? inputs : throw new InvalidInputException(
        inputs == 0 ? "there are no rows to train on" : $"there are {inputs} rows of inputs, but {targets} of targets");

    private static int SameSteps(int inputs, int targets) => inputs == targets ? inputs : throw new InvalidInputException(
        $"the inputs have {inputs} steps, but the targets have {targets}");
}
