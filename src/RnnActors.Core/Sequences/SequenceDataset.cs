using RnnActors.Core.Problems;

namespace RnnActors.Core.Sequences;

/// <summary>Sequences with their targets, by row number. It never changes and is read by many threads at once.</summary>
public abstract class SequenceDataset
{
    /// <summary>Rows: windows, sentences, or chunks of streams.</summary>
    public abstract int Rows { get; }

    /// <summary>Steps T of a row, or of the longest one.</summary>
    public abstract int Steps { get; }

    /// <summary>The first input.</summary>
    public abstract Shape Input { get; }

    public abstract TargetShape Target { get; }

    /// <summary>Whether rows have lengths of their own; otherwise all have <see cref="Steps"/>.</summary>
    public virtual bool IsRagged => false;

    /// <summary>All inputs, each with a time axis of its own, unless it says whose it shares.</summary>
    public virtual IReadOnlyList<NamedSignal> Inputs => [new(InputNames.Default, Input)];

    /// <summary>Steps of the longest row of an input.</summary>
    public virtual int StepsOf(int input) => Steps;

    /// <summary>Steps of a row.</summary>
    public virtual int LengthOf(int row, int input = 0) => StepsOf(input);

    /// <summary>
    /// 0 where the rows are independent. Above 0, the rows are the consecutive chunks of that many streams: row = stream · (Rows / Streams) + chunk. A batch
    /// then holds the same chunk of all streams, in order, and the hidden state is carried from one to the next (truncated BPTT).
    /// </summary>
    public virtual int Streams => 0;

    /// <summary>Fills <paramref name="batch"/> with <paramref name="rows"/>, in their order, and sets its number of rows.</summary>
    public abstract void Read(ReadOnlySpan<int> rows, Batch batch);

    /// <summary>Memory for up to <paramref name="rows"/> of this dataset's rows.</summary>
    public Batch CreateBatch(int rows) => new([.. Inputs.Select((input, i) => new BatchInput(input.Shape, CreateLayout(i, rows)))], rows, Target);

    /// <summary>The layout of up to <paramref name="rows"/> rows of an input.</summary>
    public SequenceLayout CreateLayout(int input, int rows) => IsRagged
        ? new SequenceLayout(Math.Max(1, StepsOf(input)), rows, isRagged: true, MaxPositions(input, rows))
        : new SequenceLayout(StepsOf(input), rows);

    /// <summary>The most positions that so many rows of an input can have: those of the longest ones.</summary>
    public virtual int MaxPositions(int input, int rows) => checked(StepsOf(input) * rows);

    /// <summary>Steps of a row on average, at least 1.</summary>
    public virtual int MeanSteps => Steps;

    /// <summary>The targets of some rows.</summary>
    public long TargetPositionsOf(ReadOnlySpan<int> rows)
    {
        if (!Target.IsSequence || Target.HasOwnLength) return rows.Length;
        if (!IsRagged) return (long)rows.Length * StepsOf(Target.Axis);
        long sum = 0;
        foreach (int row in rows) sum += LengthOf(row, Target.Axis);
        return sum;
    }

    /// <summary>Refuses inputs that are not numbers, where they lie in memory.</summary>
    /// <exception cref="InvalidInputException">One of them is not.</exception>
    internal virtual void RefuseNotNumbers()
    {
    }

    /// <summary>That an input is not a number.</summary>
    /// <param name="values">(steps, features) of the row.</param>
    private protected static InvalidInputException NotANumber(int row, ReadOnlySpan<float> values, int features)
    {
        int at = values.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        string value = float.IsNaN(values[at]) ? "NaN" : "infinite";
        return new($"the input of row {row}, step {at / features}, feature {at % features}, counted from 0, is {value}",
            "Leave the row out, or fill the value from those before it");
    }

    /// <summary>The positions of some rows of the first input.</summary>
    public long PositionsOf(ReadOnlySpan<int> rows)
    {
        if (!IsRagged) return (long)rows.Length * Steps;
        long sum = 0;
        foreach (int row in rows) sum += LengthOf(row);
        return sum;
    }
}

/// <summary>Names of inputs.</summary>
public static class InputNames
{
    /// <summary>The one input of most models.</summary>
    public const string Default = "input";
}
