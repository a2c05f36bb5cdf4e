using RnnActors.Core.Kernels.RandomNumbers;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;

namespace RnnActors.Core.Tests.Layers;

/// <summary>
/// The plain twin of a model's forward pass: textbook formulas in double, one row, step and unit at a time. It shares with the real layers the places of the
/// parameters and of the states, and the masks of dropped values; nothing else.
/// </summary>
internal sealed class PlainNetwork(Model model, PassContext context)
{
    private readonly double[] _finalState = new double[context.Rows * model.StateWidth];

    /// <summary>How near the last pass came to a place where a ReLU has no derivative.</summary>
    public double NearestKink { get; private set; }

    /// <summary>(B, model's state width), of the last pass.</summary>
    public ReadOnlySpan<double> FinalState => _finalState;

    /// <param name="parameters">(P).</param>
    /// <param name="input">T times B vectors; where the model reads tokens, vectors of one token.</param>
    /// <param name="state">(B, model's state width).</param>
    /// <returns>T (or 1) times B vectors.</returns>
    public double[][][] Forward(double[] parameters, double[][][] input, double[] state)
    {
        NearestKink = double.PositiveInfinity;
        double[][][] signal = input;
        Dictionary<string, double[][][]> signals = new() { [model.Inputs[0].Name] = input };
        int stateAt = 0;
        for (int i = 0; i < model.Spec.Layers.Count; i++)
        {
            int id = i * PassIds.PerLayer;
            string prefix = model.NameOf(i) + ".";
            PlainMatrix Matrix(string name)
            {
                var slot = model.Layout[prefix + name];
                return new(parameters, slot.Offset, slot.Rows, slot.Columns);
            }

            double[] Vector(string name)
            {
                var slot = model.Layout[prefix + name];
                return parameters[slot.Offset..(slot.Offset + slot.Length)];
            }

            var layer = model.Spec.Layers[i];
            if (layer.Reads.Count > 0) signal = signals[layer.Reads[0]];
            signal = layer switch
            {
                Embedding embedding => Embed(signal, embedding, Matrix("weight"), id),
                Dense dense => Each(signal, (x, _, _) => Activate(dense.Activation, Matrix("weight").Times(x, Vector("bias")))),
                Activation activation => Each(signal, (x, _, _) => Activate(activation.Function, x)),
                Dropout dropout => Drop(signal, dropout.Rate, id, dropout.Variational),
                Segments segments => [.. signal.Chunk(segments.Steps).Select(SideBySide)],
                Flatten => [SideBySide(signal)],
                Concatenate => [.. signal.Select((_, t) => SideBySide([.. layer.Reads.Select(name => signals[name][t])]))],
                Pooling { Mode: PoolingMode.Last } => [signal[^1]],
                Recurrent stack => Stack(stack, signal, Matrix, Vector, id, state, stateAt),
                _ => throw new NotSupportedException(layer.Kind),
            };
            signals[model.NameOf(i)] = signal;
            stateAt += layer.StateWidth;
        }

        return signal;
    }

    private double[][][] Stack(
        Recurrent spec, double[][][] signal, Func<string, PlainMatrix> matrix, Func<string, double[]> vector, int id, double[] state, int stateAt)
    {
        for (int layer = 0; layer < spec.Layers; layer++)
        {
            double[][][] output = Each(signal, (_, _, _) => new double[spec.Units * spec.Directions]);
            for (int direction = 0; direction < spec.Directions; direction++)
            {
                string suffix = $"_l{layer}{(direction == 1 ? "_reverse" : "")}";
                var recurrent = spec.HasRecurrentProduct ? DropWeights(matrix("weight_hh" + suffix), spec, id + (layer * spec.Directions) + direction) : null;
                var cell = new PlainCell(
                    spec, matrix("weight_ih" + suffix), recurrent, vector("bias_ih" + suffix),
                    spec.HasRecurrentProduct ? vector("bias_hh" + suffix) : [], Activate);
                for (int row = 0; row < context.Rows; row++)
                {
                    double[] mask = Mask(spec.Units, spec.RecurrentDropout, RandomPurpose.RecurrentDropout, id + (layer * spec.Directions) + direction, row, 0);
                    int at = (row * model.StateWidth) + stateAt, cellAt = at + spec.Units;
                    double[] h = state[at..cellAt], c = spec is Lstm ? state[cellAt..(cellAt + spec.Units)] : [];
                    for (int k = 0; k < signal.Length; k++)
                    {
                        int t = direction == 0 ? k : signal.Length - 1 - k;
                        (h, c) = cell.Step(signal[t][row], h, Product(h, mask), c);
                        h.CopyTo(output[t][row], direction * spec.Units);
                    }

                    h.CopyTo(_finalState, at);
                    if (spec is Lstm) c.CopyTo(_finalState, cellAt);
                }

                stateAt += spec is Lstm ? 2 * spec.Units : spec.Units;
            }

            signal = layer < spec.Layers - 1 ? Drop(output, spec.Dropout, id + layer) : output;
        }

        if (spec.ReturnSequences) return signal;
        return [[.. Enumerable.Range(0, context.Rows).Select(row => signal[^1][row][..spec.Units].Concat(signal[0][row][spec.Units..]).ToArray())]];
    }

    /// <summary>A mask for each row of the weight, whatever rows the batch has.</summary>
    private PlainMatrix DropWeights(PlainMatrix weight, Recurrent spec, int id) => new(
        [.. Enumerable.Range(0, weight.Rows).SelectMany(row => Product(
            weight.Row(row), Mask(weight.Columns, spec.WeightDropout, RandomPurpose.WeightDropout, id, row - context.FirstRow, 0)))],
        0, weight.Rows, weight.Columns);

    /// <summary>For each row its vectors, one behind the other.</summary>
    private static double[][] SideBySide(double[][][] steps) => [.. steps[0].Select((_, row) => steps.SelectMany(rows => rows[row]).ToArray())];

    private double[][][] Drop(double[][][] signal, double rate, int id, bool isVariational = false) =>
        Each(signal, (x, t, row) => Product(x, Mask(x.Length, rate, RandomPurpose.Dropout, id, row, isVariational ? 0 : t)));

    /// <summary>The mask has a value for each token, whatever row it stands in.</summary>
    private double[][][] Embed(double[][][] signal, Embedding embedding, PlainMatrix weight, int id)
    {
        double[] kept = Mask(weight.Rows, embedding.Dropout, RandomPurpose.Dropout, id, -context.FirstRow, 0);
        return Each(signal, (token, _, _) => [.. weight.Row((int)token[0]).Select(value => value * kept[(int)token[0]])]);
    }

    private double[] Mask(int length, double rate, RandomPurpose purpose, int id, int row, int time)
    {
        float[] mask = new float[length];
        DropoutMask.Fill(mask, rate, PhiloxKey.Of(context.Seed, purpose, context.Step, id), context.FirstRow + row, time);
        return [.. mask.Select(value => (double)value)];
    }

    private double[] Activate(ActivationFunction function, double[] values) => [.. values.Select(value => Activate(function, value))];

    private double Activate(ActivationFunction function, double value)
    {
        // A value of exactly 0 was dropped: no change of a parameter moves it.
        if (function == ActivationFunction.Relu && value != 0) NearestKink = Math.Min(NearestKink, Math.Abs(value));
        return function switch
        {
            ActivationFunction.Tanh => Math.Tanh(value),
            ActivationFunction.Relu => Math.Max(value, 0),
            ActivationFunction.Sigmoid => PlainCell.Sigmoid(value),
            _ => value,
        };
    }

    private static double[] Product(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x * y)];

    private static double[][][] Each(double[][][] signal, Func<double[], int, int, double[]> compute) =>
        [.. signal.Select((rows, t) => rows.Select((x, row) => compute(x, t, row)).ToArray())];
}
