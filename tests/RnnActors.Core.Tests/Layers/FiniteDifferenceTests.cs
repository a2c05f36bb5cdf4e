using CsCheck;
using RnnActors.Core.Layers;
using RnnActors.Core.Objectives;
using RnnActors.Core.Sequences;
using Xunit;

namespace RnnActors.Core.Tests.Layers;

/// <summary>Every layer with every loss over random shapes, one row and one step included: outputs and gradients are those of a plain twin in double.</summary>
public class FiniteDifferenceTests
{
    private static readonly Gen<ActivationFunction> Functions = Gen.Enum<ActivationFunction>();

    private static readonly Gen<StepObjective> Losses = Gen.Int[0, 4].Select(StepObjective (i) => i switch
    {
        0 => new MeanSquaredError(),
        1 => new MeanAbsoluteError(),
        2 => new Huber(0.5),
        3 => new SoftmaxCrossEntropy(),
        _ => new SoftmaxCrossEntropy(IgnoredLabel: 0),
    });

    public static TheoryData<string> Cells => ["tanh", "relu", "sigmoid", "linear", "lstm", "gru", "minGru", "minLstm"];

    [Theory]
    [MemberData(nameof(Cells))]
    public void Recurrent_stacks_have_the_gradients_of_differences(string cell) =>
        Check(Stacks(Cell(cell)).Select(stack => (IReadOnlyList<LayerSpec>)[stack]), Inputs, 25);

    [Theory]
    [MemberData(nameof(Cells))]
    public void Two_recurrent_layers_of_a_model_have_them(string cell) =>
        Check(Gen.Select(Stacks(Cell(cell)), Stacks(new Gru(1)), (lower, upper) => (IReadOnlyList<LayerSpec>)[lower with { ReturnSequences = true }, upper]),
            Inputs, 10);

    [Fact]
    public void Dense_layers_with_each_activation_have_them() =>
        Check(Gen.Select(Dense, Dense, (lower, upper) => (IReadOnlyList<LayerSpec>)[lower, upper]), Inputs, 60);

    [Fact]
    public void Dense_layers_over_the_last_step_have_them() =>
        Check(Gen.Select(Stacks(new Lstm(1)), Dense, (stack, head) => (IReadOnlyList<LayerSpec>)[stack with { ReturnSequences = false }, head]), Inputs, 15);

    [Fact]
    public void Dropped_values_and_activations_have_them() =>
        Check(
            Gen.Select(Dense, Gen.Int[0, 8].Select(tenths => tenths / 10.0), Functions, Dense, (lower, rate, function, upper) =>
                (IReadOnlyList<LayerSpec>)[new Dropout(rate), lower, new Activation(function), new Dropout(rate), upper]),
            Inputs, 60);

    [Fact]
    public void Values_dropped_alike_at_every_step_have_them() =>
        Check(
            Gen.Select(Stacks(new Lstm(1)), Gen.Int[1, 8].Select(tenths => tenths / 10.0), Dense, (stack, rate, head) =>
                (IReadOnlyList<LayerSpec>)[new Dropout(rate) { Variational = true }, stack, new Dropout(rate) { Variational = true }, head]),
            Inputs, 15);

    [Fact]
    public void Embeddings_of_which_some_tokens_are_dropped_have_them() =>
        Check(
            Gen.Select(Gen.Int[1, 4], Gen.Int[1, 8].Select(tenths => tenths / 10.0), Dense, (units, rate, head) =>
                (IReadOnlyList<LayerSpec>)[new Embedding(units) { Dropout = rate }, head]),
            Gen.Int[1, 9].Select(Shape.Tokens), 40);

    [Fact]
    public void Embeddings_have_them() =>
        Check(
            Gen.Select(Gen.Int[1, 4], Stacks(new Gru(1)), Dense, (units, stack, head) => (IReadOnlyList<LayerSpec>)[new Embedding(units), stack, head]),
            Gen.Int[1, 5].Select(Shape.Tokens), 25);

    /// <summary>A vocabulary so small that a shard's gradients may be summed for each token first,
    /// which the layer above the embedding must be able to.</summary>
    [Fact]
    public void Embeddings_of_few_tokens_have_them()
    {
        foreach (Recurrent cell in new Recurrent[]
        {
            new SimpleRnn(3), new Lstm(3), new Gru(17) { Bidirectional = true }, new Lstm(2) { Layers = 2, RecurrentDropout = 0.3, WeightDropout = 0.3 },
            new MinGru(17) { Bidirectional = true }, new MinLstm(2) { Layers = 2 },
        })
        {
            foreach (LayerSpec[] below in new LayerSpec[][] { [], [new Dropout(0.3)], [new Dense(2)] })
                Assert.True(new GradientCase([new Embedding(3), .. below, cell, new Dense(2)], Shape.Tokens(3), new MeanSquaredError(), 5, 4, true, 2, 8)
                    .Check());
        }
    }

    /// <summary>More units than the widest vector has lanes, with a rest.</summary>
    [Theory]
    [InlineData(17)]
    [InlineData(33)]
    public void Cells_wider_than_a_vector_have_them(int units)
    {
        foreach (Recurrent cell in new Recurrent[] { new SimpleRnn(units), new Lstm(units), new Gru(units), new MinGru(units), new MinLstm(units) })
        {
            double rate = cell.HasRecurrentProduct ? 0.3 : 0;
            var dropped = cell with { RecurrentDropout = rate, WeightDropout = rate };
            Assert.True(new GradientCase([dropped, new Dense(2)], new Shape(1), new MeanSquaredError(), 2, 2, true, 2, (uint)units).Check());
        }
    }

    private static Recurrent Cell(string name) => name switch
    {
        "lstm" => new Lstm(1),
        "gru" => new Gru(1),
        "minGru" => new MinGru(1),
        "minLstm" => new MinLstm(1),
        _ => new SimpleRnn(1) { Activation = Enum.Parse<ActivationFunction>(name, ignoreCase: true) },
    };

    private static Gen<Shape> Inputs => Gen.Int[1, 4].Select(features => new Shape(features));

    private static Gen<Dense> Dense =>
        Gen.Select(Gen.Int[1, 4], Functions, (units, function) => new Dense(units) { Activation = function });

    private static Gen<double> Rates => Gen.Int[0, 3].Select(i => Math.Max(0, i - 1) * 0.3);

    private static Gen<Recurrent> Stacks(Recurrent cell) =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 3], Gen.Bool, Gen.Bool, Rates, Rates, Rates, (units, layers, both, sequences, dropout, recurrent, weights) =>
            cell with
            {
                Units = units,
                Layers = layers,
                Bidirectional = both,
                ReturnSequences = sequences,
                Dropout = dropout,
                RecurrentDropout = cell.HasRecurrentProduct ? recurrent : 0,
                WeightDropout = cell.HasRecurrentProduct ? weights : 0,
            });

    private static void Check(Gen<IReadOnlyList<LayerSpec>> layers, Gen<Shape> inputs, int iterations)
    {
        int checkedCases = 0;
        Gen.Select(layers, inputs, Losses, Gen.Int[1, 3], Gen.Int[1, 4], Gen.Bool, Gen.Int[1, 4], Gen.UInt[0, 1 << 20])
            .Select((of, input, loss, rows, steps, hasState, shards, seed) => new GradientCase(of, input, loss, rows, steps, hasState, shards, seed))
            .Sample(one => checkedCases += one.Check() ? 1 : 0, iter: iterations, threads: 1);
        Assert.True(checkedCases > iterations / 2, $"Only {checkedCases} of {iterations} cases lay off a kink.");
    }
}
