using System.Collections.Concurrent;
using RnnActors.Core.Sequences;

namespace RnnActors.Training.Tests;

/// <summary>A dataset that sees who reads it and can fail as a broken disk would.</summary>
/// <param name="fails">Told the number of the read, from 1, and its rows; true where the read fails.</param>
internal sealed class ObservedDataset(SequenceDataset inner, Func<int, int[], bool>? fails = null) : SequenceDataset
{
    private int _reads;

    public override int Rows => inner.Rows;

    public override int Steps => inner.Steps;

    public override Shape Input => inner.Input;

    public override TargetShape Target => inner.Target;

    public override bool IsRagged => inner.IsRagged;

    public override IReadOnlyList<NamedSignal> Inputs => inner.Inputs;

    public override int MeanSteps => inner.MeanSteps;

    public override int Streams => inner.Streams;

    public ConcurrentBag<ObservedThread> Readers { get; } = [];

    public override int StepsOf(int input) => inner.StepsOf(input);

    public override int LengthOf(int row, int input = 0) => inner.LengthOf(row, input);

    public override int MaxPositions(int input, int rows) => inner.MaxPositions(input, rows);

    public override void Read(ReadOnlySpan<int> rows, Batch batch)
    {
        Readers.Add(ObservedThread.Current);
        int read = Interlocked.Increment(ref _reads);
        if (fails?.Invoke(read, rows.ToArray()) == true) throw new IOException($"read {read} failed");
        inner.Read(rows, batch);
    }
}
