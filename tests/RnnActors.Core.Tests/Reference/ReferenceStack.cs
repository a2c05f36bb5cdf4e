using RnnActors.Core.Reference;

namespace RnnActors.Core.Tests.Reference;

/// <summary>The reference's cells as layers over one another, in one direction or two, over a batch of sequences of their own lengths, one by one.</summary>
internal sealed class ReferenceStack
{
    private readonly Dictionary<string, double[]> _gradients = [];
    private readonly RecurrentParameters[] _parameters;

    /// <summary>For each sequence, then each layer · D + direction.</summary>
    private ReferenceCell[][] _cells = [];

    /// <param name="parameter">A parameter's values by its name in PyTorch, <c>weight_ih_l0_reverse</c>.</param>
    public ReferenceStack(string kind, int layers, int directions, int features, int units, Func<string, double[]> parameter)
    {
        (Kind, Layers, Directions, Units) = (kind, layers, directions, units);
        double[] OfState(string name) => ReferenceCell.RecurrentGates(kind) > 0 ? parameter(name) : [];
        _parameters =
        [
            .. Enumerable.Range(0, layers * directions).Select(i => new RecurrentParameters(
                Arrays.Matrix(parameter("weight_ih" + Suffix(i)), i < directions ? features : directions * units),
                Arrays.Matrix(OfState("weight_hh" + Suffix(i)), units),
                parameter("bias_ih" + Suffix(i)),
                OfState("bias_hh" + Suffix(i)))),
        ];
    }

    public string Kind { get; }

    public int Layers { get; }

    public int Directions { get; }

    public int Units { get; }

    /// <summary>How near a ReLU's argument came to zero in the last forward pass.</summary>
    public double NearestKink => _cells.Min(row => row.Min(cell => cell.NearestKink));

    /// <summary>For each sequence the output, (its length, D·H), and the final states: for each layer · D + direction h, and the LSTM's c.</summary>
    public IReadOnlyList<(double[,] Output, double[][][] Final)> Forward(IReadOnlyList<double[,]> inputs, IReadOnlyList<double[][][]> initial)
    {
        _cells = [.. inputs.Select(_ => new ReferenceCell[_parameters.Length])];
        return [.. inputs.Select((input, row) => Forward(_cells[row], input, initial[row]))];
    }

    /// <summary>For each sequence the gradients of its input and of its initial states; <see cref="Gradients"/> sums those of the parameters.</summary>
    public IReadOnlyList<(double[,] Input, double[][][] Initial)> Backward(IReadOnlyList<double[,]> dOutputs, IReadOnlyList<double[][][]> dFinal)
    {
        _gradients.Clear();
        return [.. dOutputs.Select((dOutput, row) => Backward(_cells[row], dOutput, dFinal[row]))];
    }

    /// <summary>By the parameters' names, of the last backward pass.</summary>
    public IReadOnlyDictionary<string, double[]> Gradients => _gradients;

    /// <summary>States of zeros for one sequence.</summary>
    public double[][][] ZeroStates() =>
        [.. _parameters.Select(_ => Enumerable.Range(0, ReferenceCell.States(Kind)).Select(_ => new double[Units]).ToArray())];

    private (double[,] Output, double[][][] Final) Forward(ReferenceCell[] cells, double[,] input, double[][][] initial)
    {
        for (int layer = 0; layer < Layers; layer++)
        {
            double[,] output = new double[input.GetLength(0), Directions * Units];
            for (int direction = 0; direction < Directions; direction++)
            {
                int i = (layer * Directions) + direction;
                cells[i] = ReferenceCell.Forward(Kind, _parameters[i], InDirection(input, direction), initial[i]);
                AddColumns(output, direction * Units, InDirection(cells[i].Output, direction));
            }

            input = output;
        }

        return (input, [.. cells.Select(cell => cell.Final)]);
    }

    private (double[,] Input, double[][][] Initial) Backward(ReferenceCell[] cells, double[,] dOutput, double[][][] dFinal)
    {
        double[][][] dInitial = new double[cells.Length][][];
        for (int layer = Layers - 1; layer >= 0; layer--)
        {
            double[,] dInput = new double[dOutput.GetLength(0), _parameters[layer * Directions].Features];
            for (int direction = 0; direction < Directions; direction++)
            {
                int i = (layer * Directions) + direction;
                (RecurrentGradients gradients, dInitial[i]) = cells[i].Backward(InDirection(Columns(dOutput, direction * Units, Units), direction), dFinal[i]);
                AddColumns(dInput, 0, InDirection(gradients.Input, direction));
                AddGradient("weight_ih" + Suffix(i), Arrays.Flat(gradients.Parameters.WeightIh));
                AddGradient("bias_ih" + Suffix(i), gradients.Parameters.BiasIh);
                if (ReferenceCell.RecurrentGates(Kind) == 0) continue;
                AddGradient("weight_hh" + Suffix(i), Arrays.Flat(gradients.Parameters.WeightHh));
                AddGradient("bias_hh" + Suffix(i), gradients.Parameters.BiasHh);
            }

            dOutput = dInput;
        }

        return (dOutput, dInitial);
    }

    private string Suffix(int i) => $"_l{i / Directions}{(i % Directions == 0 ? "" : "_reverse")}";

    private void AddGradient(string name, double[] gradient)
    {
        if (!_gradients.TryAdd(name, gradient)) ReferenceMath.Add(_gradients[name], gradient);
    }

    /// <summary>The reverse direction reads, and gives, the last step first.</summary>
    private static double[,] InDirection(double[,] sequence, int direction)
    {
        if (direction == 0) return sequence;
        int steps = sequence.GetLength(0);
        double[,] reversed = new double[steps, sequence.GetLength(1)];
        for (int t = 0; t < steps; t++) ReferenceMath.SetRow(reversed, t, ReferenceMath.Row(sequence, steps - 1 - t));
        return reversed;
    }

    private static double[,] Columns(double[,] matrix, int first, int count)
    {
        double[,] columns = new double[matrix.GetLength(0), count];
        for (int t = 0; t < columns.GetLength(0); t++)
            for (int j = 0; j < count; j++) columns[t, j] = matrix[t, first + j];
        return columns;
    }

    private static void AddColumns(double[,] matrix, int first, double[,] columns)
    {
        for (int t = 0; t < columns.GetLength(0); t++)
            for (int j = 0; j < columns.GetLength(1); j++) matrix[t, first + j] += columns[t, j];
    }
}
