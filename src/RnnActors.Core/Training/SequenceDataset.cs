using RnnActors.Core.Layers;

namespace RnnActors.Core.Training;

/// <summary>Sequences with their targets, by row number. It never changes and is read by many threads at once.</summary>
public abstract class SequenceDataset
{
    /// <summary>Rows: windows, sentences, or chunks of streams.</summary>
    public abstract int Rows { get; }

    /// <summary>Steps T of a row.</summary>
    public abstract int Steps { get; }

    public abstract Signal Input { get; }

    public abstract TargetSignal Target { get; }

    /// <summary>
    /// 0 where the rows are independent. Above 0, the rows are the consecutive chunks of that many streams, <c>row = stream · (Rows / Streams) + chunk</c>:
    /// a batch then holds the same chunk of all streams, in order, and the hidden state is carried from one to the next (truncated BPTT).
    /// </summary>
    public virtual int Streams => 0;

    /// <summary>Fills <paramref name="batch"/> with <paramref name="rows"/>, in their order, and sets its number of rows.</summary>
    public abstract void Read(ReadOnlySpan<int> rows, Batch batch);

    /// <summary>Memory for up to <paramref name="rows"/> of this dataset's rows.</summary>
    public Batch CreateBatch(int rows) => new(Steps, rows, Input, Target);
}
