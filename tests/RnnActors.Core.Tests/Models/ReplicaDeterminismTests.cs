using CsCheck;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Sequences;
using RnnActors.Core.Tests.Kernels;
using Xunit;

namespace RnnActors.Core.Tests.Models;

/// <summary>A row's outputs are the same bits whatever rows lie beside it, and a sequence's whether it comes whole or in pieces.</summary>
public class ReplicaDeterminismTests
{
    private const int Features = 3, Outputs = 2;

    public static TheoryData<string> Cells => ["simpleRnn", "lstm", "gru", "minGru", "minLstm"];

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_row_does_not_depend_on_the_rows_beside_it(string cell) =>
        Gen.Select(Gen.Int[1, 20], Gen.Int[1, 5], Gen.Int[1, 19], Gen.Bool, Gen.UInt[0, 1000]).Sample(
            (rows, steps, units, bidirectional, seed) =>
            {
                var model = Create(cell, units, bidirectional);
                float[][] inputs = [.. Enumerable.Range(0, rows).Select(row => Pseudorandom.Floats(steps * Features, seed + (uint)row))];
                float[][] together = Run(model, steps, inputs, null).Outputs;
                for (int row = 0; row < rows; row++) SameBits.Assert(Run(model, steps, [inputs[row]], null).Outputs[0], together[row]);
            },
            iter: 20, threads: 1);

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_sequence_in_pieces_with_its_state_carried_gives_the_outputs_of_the_whole(string cell) =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 4], Gen.Int[1, 4], Gen.Int[1, 19], Gen.UInt[0, 1000]).Sample(
            (rows, first, rest, units, seed) =>
            {
                var model = Create(cell, units, bidirectional: false);
                float[][] inputs = [.. Enumerable.Range(0, rows).Select(row => Pseudorandom.Floats((first + rest) * Features, seed + (uint)row))];
                var whole = Run(model, first + rest, inputs, null);
                var begin = Run(model, first, [.. inputs.Select(row => row[..(first * Features)])], null);
                var end = Run(model, rest, [.. inputs.Select(row => row[(first * Features)..])], begin.FinalState);
                for (int row = 0; row < rows; row++) SameBits.Assert(whole.Outputs[row], [.. begin.Outputs[row], .. end.Outputs[row]]);
                SameBits.Assert(whole.FinalState, end.FinalState);
            },
            iter: 20, threads: 1);

    /// <summary>What reads <c>.h</c> reads the state behind the last piece, which is the one that is carried.</summary>
    [Theory]
    [MemberData(nameof(Cells))]
    public void A_state_that_a_layer_reads_is_that_of_the_whole_after_pieces(string cell) =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 4], Gen.Int[1, 4], Gen.Int[1, 19], Gen.UInt[0, 1000]).Sample(
            (rows, first, rest, units, seed) =>
            {
                var stack = Stack(cell, units) with { Name = "stack", Layers = 2, ReturnSequences = true };
                var model = new Model(new ModelSpec([stack, new Dense(Outputs) { Reads = new("stack.h") }]), new Shape(Features));
                float[][] inputs = [.. Enumerable.Range(0, rows).Select(row => Pseudorandom.Floats((first + rest) * Features, seed + (uint)row))];
                var whole = Forward(model, first + rest, inputs, null, carries: false);
                var begin = Forward(model, first, [.. inputs.Select(row => row[..(first * Features)])], null);
                var end = Forward(model, rest, [.. inputs.Select(row => row[(first * Features)..])], begin.FinalState);
                SameBits.Assert(whole.Outputs.AsSpan(0, rows * Outputs), end.Outputs.AsSpan(0, rows * Outputs));
            },
            iter: 20, threads: 1);

    private static Recurrent Stack(string cell, int units) => cell switch
    {
        "lstm" => new Lstm(units),
        "gru" => new Gru(units),
        "minGru" => new MinGru(units),
        "minLstm" => new MinLstm(units),
        _ => new SimpleRnn(units),
    };

    private static Model Create(string cell, int units, bool bidirectional)
    {
        return new Model(new ModelSpec([Stack(cell, units) with
        {
            Layers = 2,
            ReturnSequences = true,
            Bidirectional = bidirectional,
        }, new Dense(Outputs)]), new Shape(Features));
    }

    /// <param name="inputs">For each row (T, I).</param>
    /// <returns>For each row (T, O), and the final state.</returns>
    private static (float[][] Outputs, float[] FinalState) Run(Model model, int steps, float[][] inputs, float[]? state)
    {
        int rows = inputs.Length;
        var (all, finalState) = Forward(model, steps, inputs, state);
        return ([.. Enumerable.Range(0, rows)
            .Select(row => Enumerable.Range(0, steps).SelectMany(t => all[(((t * rows) + row) * Outputs)..][..Outputs]).ToArray())], finalState);
    }

    private static (float[] Outputs, float[] FinalState) Forward(Model model, int steps, float[][] inputs, float[]? state, bool carries = true)
    {
        int rows = inputs.Length;
        var replica = new Replica(model, steps, rows, training: false);
        replica.Prepare(model.CreateParameters(1).Memory);
        for (int t = 0; t < steps; t++)
        {
            for (int row = 0; row < rows; row++)
                inputs[row].AsSpan(t * Features, Features).CopyTo(replica.Input.Values[(((t * rows) + row) * Features)..]);
        }

        float[] finalState = new float[rows * model.StateWidth];
        replica.Forward(replica.Inference(rows, state is not null), state, carries ? finalState : []);
        return (replica.Output.Values.ToArray(), finalState);
    }
}
