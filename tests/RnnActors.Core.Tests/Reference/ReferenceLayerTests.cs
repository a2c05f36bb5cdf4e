using CsCheck;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Sequences;
using RnnActors.Core.Tests.Golden;
using RnnActors.Core.Tests.Kernels.Simd;
using Xunit;

namespace RnnActors.Core.Tests.Reference;

/// <summary>The fast recurrent layers against the reference at every vector width: outputs, final states and all gradients.</summary>
[Collection(VectorWidthTests.Name)]
public class ReferenceLayerTests
{
    public static TheoryData<string> Kinds => [.. ReferenceCell.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Fast_layers_are_the_reference_at_every_width(string kind)
    {
        const int Cases = 25;
        int offKinks = 0;
        Gen.Select(Gen.Int[1, 2], Gen.Bool, Gen.Int[1, 5], Gen.Int[1, 35], Gen.Int[1, 7], Gen.Int[1, 6], Gen.UInt[0, 1 << 20]).Sample(
            (layers, bidirectional, features, units, steps, rows, seed) =>
            {
                Recurrent spec = kind switch
                {
                    "lstm" => new Lstm(units),
                    "gru" => new Gru(units),
                    "minGru" => new MinGru(units),
                    "minLstm" => new MinLstm(units),
                    "rnn_relu" => new SimpleRnn(units) { Activation = ActivationFunction.Relu },
                    _ => new SimpleRnn(units),
                };
                spec = spec with { Layers = layers, Bidirectional = bidirectional, ReturnSequences = true };
                offKinks += new Case(kind, spec, features, steps, rows, seed * 8).Check() ? 1 : 0;
            },
            iter: Cases, threads: 1);
        Assert.True(offKinks > Cases / 3, $"Only {offKinks} of {Cases} cases lay off a kink.");
    }

    /// <summary>All results of one pass, in one layout: outputs and inputs (T, B, ·), states (B, L·D, states, H), parameters by name.</summary>
    private sealed record Results(double[] Output, double[] Final, double[] DInput, double[] DInitial, IReadOnlyDictionary<string, double[]> DParameters);

    private sealed record Case(string Kind, Recurrent Spec, int Features, int Steps, int Rows, uint Seed)
    {
        /// <summary>What float32 may round a ReLU's argument across zero by, and more.</summary>
        private const double MinKink = 1e-5;

        private readonly Model _model = new(new ModelSpec([Spec]), new Shape(Features));

        private int Width => Spec.Units * Spec.Directions;

        private double[] Parameters => Arrays.Random(_model.Layout.Length, Seed, scale: 0.5);

        private double[] Input => Arrays.Random(Steps * Rows * Features, Seed + 1);

        private double[] Initial => Arrays.Random(Rows * _model.StateWidth, Seed + 2);

        private double[] DOutput => Arrays.Random(Steps * Rows * Width, Seed + 3);

        /// <summary>Returns false where a ReLU lies on its kink, which says nothing.</summary>
        public bool Check()
        {
            if (Reference() is not { } reference) return false;
            foreach (Results fast in VectorWidthTests.AtEveryWidth(Fast))
            {
                Near("output", reference.Output, fast.Output);
                Near("final states", reference.Final, fast.Final);
                Near("input's gradient", reference.DInput, fast.DInput);
                Near("initial states' gradient", reference.DInitial, fast.DInitial);
                foreach ((string name, double[] gradient) in reference.DParameters) Near($"{name}'s gradient", gradient, fast.DParameters[name]);
            }

            return true;
        }

        private Results? Reference()
        {
            double[] parameters = Parameters, input = Input, initial = Initial, dOutput = DOutput;
            var stack = new ReferenceStack(Kind, Spec.Layers, Spec.Directions, Features, Spec.Units, name =>
            {
                var slot = _model.Layout[$"{_model.NameOf(0)}.{name}"];
                return parameters[slot.Offset..(slot.Offset + slot.Length)];
            });
            var forward = stack.Forward(
                [.. Enumerable.Range(0, Rows).Select(row => Arrays.Sequence(input, Rows, Features, row, Steps))],
                [.. initial.Chunk(_model.StateWidth).Select(row => row.Chunk(Spec.Units).Chunk(ReferenceCell.States(Kind)).ToArray())]);
            if (stack.NearestKink < MinKink) return null;
            var backward = stack.Backward(
                [.. Enumerable.Range(0, Rows).Select(row => Arrays.Sequence(dOutput, Rows, Width, row, Steps))], [.. forward.Select(_ => stack.ZeroStates())]);
            return new Results(
                Arrays.Batch([.. forward.Select(row => row.Output)], Steps), Flat(forward.Select(row => row.Final)),
                Arrays.Batch([.. backward.Select(row => row.Input)], Steps), Flat(backward.Select(row => row.Initial)), stack.Gradients);
        }

        private Results Fast()
        {
            float[] parameters = Single(Parameters), initial = Single(Initial), final = new float[initial.Length], dInitial = new float[initial.Length];
            var replica = new Replica(_model, Steps, Rows, training: true, inputGradient: true);
            var context = new PassContext(Rows, 0, Training: true, Seed: 0, Step: 0, HasState: true, _model.StateWidth);
            replica.Prepare(parameters);
            Single(Input).CopyTo(replica.Input.Values);
            replica.Forward(context, initial, final);
            double[] output = Arrays.Double(replica.Output.Values.ToArray());
            Single(DOutput).CopyTo(replica.Output.Gradient);
            replica.Backward(context, dInitial);
            float[] gradient = new float[parameters.Length];
            replica.ComputeGradient(context, new ShardRows(0, Rows), gradient);
            return new Results(
                output, Arrays.Double(final), Arrays.Double(replica.Input.Gradient.ToArray()), Arrays.Double(dInitial),
                _model.Layout.Slots.ToDictionary(
                    slot => slot.Name[(_model.NameOf(0).Length + 1)..], slot => Arrays.Double(gradient[slot.Offset..(slot.Offset + slot.Length)])));
        }

        /// <summary>Where a tensor's values are large, so is the rounding of those that cancel.</summary>
        private void Near(string what, double[] expected, double[] actual) =>
            TensorAssert.Near<double, double>($"{this}: {what}", expected, actual, absolute: TensorAssert.Absolute * Math.Max(1, expected.Max(Math.Abs)));

        private static double[] Flat(IEnumerable<double[][][]> rows) => [.. rows.SelectMany(row => row).SelectMany(cell => cell).SelectMany(state => state)];

        private static float[] Single(double[] values) => [.. values.Select(value => (float)value)];
    }
}
