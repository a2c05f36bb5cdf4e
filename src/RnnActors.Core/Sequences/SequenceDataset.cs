using RnnActors.Core.Problems;

namespace RnnActors.Core.Sequences;

/// <summary>Sequences with their targets, by row number. It is immutable and safe to read from many threads.</summary>
public abstract class SequenceDataset
{
    /// <summary>Number of rows: windows, sentences, or chunks of streams.</summary>
    public abstract int Rows { get; }

    /// <summary>T: steps of each row, or of the longest one.</summary>
    public abstract int Steps { get; }

    /// <summary>The shape of the first input.</summary>
    public abstract Shape Input { get; }

    public abstract TargetShape Target { get; }

    /// <summary>Whether rows have unequal lengths; otherwise all have <see cref="Steps"/>.</summary>
    public virtual bool IsRagged => false;

    /// <summary>All inputs. Each has a time axis of its own, unless it names the input whose axis it shares.</summary>
    public virtual IReadOnlyList<NamedSignal> Inputs => [new(InputNames.Default, Input)];

    /// <summary>Steps of the longest row of an input.</summary>
    public virtual int StepsOf(int input) => Steps;

    /// <summary>Steps of a row.</summary>
    public virtual int LengthOf(int row, int input = 0) => StepsOf(input);

    /// <summary>
    /// 0 where rows are independent. Otherwise the number of streams whose consecutive chunks the rows are: row = stream · (Rows / Streams) + chunk. A batch
    /// then holds the same chunk of all streams, in order, and the hidden state is carried from batch to batch (truncated BPTT).
    /// </summary>
    public virtual int Streams => 0;

    /// <summary>Fills <paramref name="batch"/> with <paramref name="rows"/> in the given order, and sets its number of rows.</summary>
    public abstract void Read(ReadOnlySpan<int> rows, Batch batch);

    /// <summary>Allocates a batch for up to <paramref name="rows"/> rows of this dataset.</summary>
    public Batch CreateBatch(int rows) => new([.. Inputs.Select((input, i) => new BatchInput(input.Shape, CreateLayout(i, rows)))], rows, Target);

    /// <summary>Allocates the layout of an input for up to <paramref name="rows"/> rows.</summary>
    public SequenceLayout CreateLayout(int input, int rows) => IsRagged
        ? new SequenceLayout(Math.Max(1, StepsOf(input)), rows, isRagged: true, MaxPositions(input, rows))
        : new SequenceLayout(StepsOf(input), rows);

    /// <summary>The most positions that so many rows of an input can have, were they the longest ones.</summary>
    public virtual int MaxPositions(int input, int rows) => checked(StepsOf(input) * rows);

    /// <summary>The mean number of steps per row, at least 1.</summary>
    public virtual int MeanSteps => Steps;

    /// <summary>The number of targets of some rows.</summary>
    public long TargetPositionsOf(ReadOnlySpan<int> rows)
    {
        if (!Target.IsSequence || Target.HasOwnLength) return rows.Length;
        if (!IsRagged) return (long)rows.Length * StepsOf(Target.Axis);
        long sum = 0;
        foreach (int row in rows) sum += LengthOf(row, Target.Axis);
        return sum;
    }

    /// <summary>Checks that no input in memory is NaN or infinite.</summary>
    /// <exception cref="InvalidInputException">One is.</exception>
    internal virtual void RefuseNotNumbers()
    {
    }

    /// <summary>The error for an input that is not a finite number.</summary>
    /// <param name="values">(steps, features) of the row.</param>
    private protected static InvalidInputException NonFinite(int row, ReadOnlySpan<float> values, int features)
    {
        int at = values.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        string value = float.IsNaN(values[at]) ? "NaN" : "infinite";
        return new($"the input of row {row}, step {at / features}, feature {at % features}, counted from 0, is {value}",
            "Leave the row out, or fill the value from those before it");
    }

    /// <summary>The number of positions of some rows of the first input.</summary>
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
    /// <summary>The only input of most models.</summary>
    public const string Default = "input";
}
