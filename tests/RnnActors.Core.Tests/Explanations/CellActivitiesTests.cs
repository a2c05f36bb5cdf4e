using RnnActors.Core.Explanations;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Reference;
using RnnActors.Core.Sequences;
using Xunit;

namespace RnnActors.Core.Tests.Explanations;

public sealed class CellActivitiesTests
{
    private const int Units = 5, Features = ExplainedModels.Features;

    public static TheoryData<string> All => [.. ExplainedModels.OfValues, .. ExplainedModels.OfTokens];

    [Theory]
    [MemberData(nameof(All))]
    public void Gates_lie_between_0_and_1_and_every_cell_has_a_gradient(string kind)
    {
        var (model, parameters, example, isRagged) = ExplainedModels.Create(kind);
        var cells = CellActivities.Compute(model, parameters, example, new LogOdds(0, 1), isRagged);
        Assert.NotEmpty(cells);
        foreach (var cell in cells)
        {
            Assert.Equal(example[cell.Axis].Steps, cell.Steps);
            Assert.Contains(cell.GradientNorms, norm => norm > 0);
            foreach (var trace in cell.Traces)
            {
                Assert.Equal(cell.Steps * trace.Units, trace.Values.Length);
                if (trace.Name is not ("output" or "cell" or "candidate")) Assert.All(trace.Values, value => Assert.InRange(value, 0, 1));
            }
        }
    }

    [Fact]
    public void Traces_of_an_lstm_are_the_textbook_s()
    {
        var (model, parameters, example, isRagged) = ExplainedModels.Create("lstm");
        var cell = Assert.Single(CellActivities.Compute(model, parameters, example, new LogOdds(0, 1), isRagged));
        var trace = ReferenceLstm.Forward(ParametersOf(model, parameters, "lstm"), Matrix(example[0].Values, Features), new double[Units], new double[Units]);
        Assert.Equal(["output", "cell", "input gate", "forget gate", "candidate", "output gate"], cell.Traces.Select(own => own.Name));
        (double[,] Expected, int Offset)[] expected = [(trace.H, 1), (trace.C, 1), (trace.I, 0), (trace.F, 0), (trace.G, 0), (trace.O, 0)];
        for (int i = 0; i < expected.Length; i++)
            for (int t = 0; t < cell.Steps; t++)
                for (int unit = 0; unit < Units; unit++) Assert.Equal(expected[i].Expected[t + expected[i].Offset, unit], cell.Traces[i].At(t, unit), 1e-5);
    }

    /// <summary>∂L/∂h(t) of a network with one output at the end is wᵀ·J(T)·…·J(t + 1), with J(t) = diag(1 - h(t)²)·U.</summary>
    [Fact]
    public void The_gradient_by_distance_is_the_product_of_jacobians()
    {
        var (model, parameters, example, isRagged) = ExplainedModels.Create("simpleRnn");
        var cell = Assert.Single(CellActivities.Compute(model, parameters, example, new OutputValue(0, 2), isRagged));
        var p = ParametersOf(model, parameters, "simpleRnn");
        var trace = ReferenceSimpleRnn.Forward(p, Nonlinearity.Tanh, Matrix(example[0].Values, Features), new double[Units]);
        var dense = model.Layout["dense.weight"];
        double[] gradient = [.. Enumerable.Range(0, Units).Select(j => (double)parameters[dense.Offset + (2 * Units) + j])];
        double[] norms = cell.GradientByDistance(null);
        Assert.Equal(cell.Steps, norms.Length);
        for (int distance = 0; distance < norms.Length; distance++)
        {
            Assert.Equal(Math.Sqrt(gradient.Sum(value => value * value)), norms[distance], 1e-5);
            int t = cell.Steps - distance;
            gradient = [.. Enumerable.Range(0, Units)
                .Select(k => Enumerable.Range(0, Units).Sum(j => gradient[j] * (1 - (trace.H[t, j] * trace.H[t, j])) * p.WeightHh[j, k]))];
        }
    }

    [Fact]
    public void Units_are_looked_at_over_all_rows()
    {
        var model = new Model(new ModelSpec([new SimpleRnn(2), new Dense(2)]), new Shape(1));
        float[] parameters = new float[model.Layout.Length];

        // Unit 0 is tanh of its input, unit 1 of the negative one.
        var weight = model.Layout["simpleRnn.weight_ih_l0"];
        (parameters[weight.Offset], parameters[weight.Offset + 1]) = (0.1f, -0.1f);
        float[,] Row(params float[] values)
        {
            float[,] row = new float[values.Length, 1];
            for (int t = 0; t < values.Length; t++) row[t, 0] = values[t];
            return row;
        }

        var data = RaggedDataset.Create([Row(1, 5, 2), Row(-7, 3), Row(0, 0, 0, 4)], [0, 1, 0], 2);
        var units = Assert.Single(LayerResponses.Compute(model, parameters, data, [0, 1, 2], 2)).Units;
        Assert.Equal([(0, 1), (2, 3)], units[0].Peaks.Select(peak => (peak.Row, peak.Step)));
        Assert.Equal((1, 0), (units[1].Peaks[0].Row, units[1].Peaks[0].Step));
        Assert.Equal(Math.Tanh(0.7), units[1].Highest, 1e-5);
        Assert.InRange(units[0].Correlations[0], 0.98, 1);
        Assert.InRange(units[1].Correlations[0], -1, -0.98);
    }

    private static RecurrentParameters ParametersOf(Model model, float[] parameters, string layer)
    {
        double[] Vector(string name)
        {
            var slot = model.Layout[$"{layer}.{name}_l0"];
            return [.. parameters[slot.Offset..(slot.Offset + slot.Length)].Select(value => (double)value)];
        }

        double[,] Weight(string name)
        {
            var slot = model.Layout[$"{layer}.{name}_l0"];
            return Matrix(parameters[slot.Offset..(slot.Offset + slot.Length)], slot.Columns);
        }

        return new RecurrentParameters(Weight("weight_ih"), Weight("weight_hh"), Vector("bias_ih"), Vector("bias_hh"));
    }

    private static double[,] Matrix(float[] flat, int columns)
    {
        double[,] matrix = new double[flat.Length / columns, columns];
        for (int i = 0; i < flat.Length; i++) matrix[i / columns, i % columns] = flat[i];
        return matrix;
    }
}
