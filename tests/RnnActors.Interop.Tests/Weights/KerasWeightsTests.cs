using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Data.NumPy;
using RnnActors.Interop.Weights;
using Xunit;

namespace RnnActors.Interop.Tests.Weights;

/// <summary>Weights of Keras, computed by Keras's own equations in plain loops: x·K + h·R + b, gates side by side.</summary>
public sealed class KerasWeightsTests : IDisposable
{
    private const int Steps = 4, Features = 3, Units = 2;

    private readonly TemporaryFolder _folder = new();
    private readonly Random _random = new(7);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lstm_gates_i_f_c_o()
    {
        float[] k = Numbers(Features * 4 * Units), r = Numbers(Units * 4 * Units), b = Numbers(4 * Units), x = Numbers(Steps * Features);
        double[] h = new double[Units], c = new double[Units];
        for (int t = 0; t < Steps; t++)
        {
            double[] a = [.. Product(x[(t * Features)..], k, 4 * Units, Features).Zip(Product(h, r, 4 * Units), (p, q) => p + q)
                .Zip(b, (sum, bias) => sum + bias)];
            for (int u = 0; u < Units; u++)
            {
                c[u] = (Sigmoid(a[Units + u]) * c[u]) + (Sigmoid(a[u]) * Math.Tanh(a[(2 * Units) + u]));
                h[u] = Sigmoid(a[(3 * Units) + u]) * Math.Tanh(c[u]);
            }
        }

        AssertSame(h, new Lstm(Units), x, (k, [Features, 4 * Units]), (r, [Units, 4 * Units]), (b, [4 * Units]));
    }

    [Fact]
    public void Gru_gates_z_r_h_with_two_biases()
    {
        float[] k = Numbers(Features * 3 * Units), r = Numbers(Units * 3 * Units), b = Numbers(2 * 3 * Units), x = Numbers(Steps * Features);
        double[] h = new double[Units];
        for (int t = 0; t < Steps; t++)
        {
            double[] own = [.. Product(x[(t * Features)..], k, 3 * Units, Features).Zip(b, (sum, bias) => sum + bias)];
            double[] inner = [.. Product(h, r, 3 * Units).Zip(b[(3 * Units)..], (sum, bias) => sum + bias)];
            double[] next = new double[Units];
            for (int u = 0; u < Units; u++)
            {
                double z = Sigmoid(own[u] + inner[u]), reset = Sigmoid(own[Units + u] + inner[Units + u]);
                next[u] = (z * h[u]) + ((1 - z) * Math.Tanh(own[(2 * Units) + u] + (reset * inner[(2 * Units) + u])));
            }

            h = next;
        }

        AssertSame(h, new Gru(Units), x, (k, [Features, 3 * Units]), (r, [Units, 3 * Units]), (b, [2, 3 * Units]));
    }

    [Fact]
    public void A_simple_cell_and_a_head()
    {
        float[] k = Numbers(Features * Units), r = Numbers(Units * Units), b = Numbers(Units), x = Numbers(Steps * Features), head = Numbers(Units * 3),
            headBias = Numbers(3);
        double[] h = new double[Units];
        for (int t = 0; t < Steps; t++)
            h = [.. Product(x[(t * Features)..], k, Units, Features).Zip(Product(h, r, Units), (p, q) => p + q).Zip(b, (sum, bias) => Math.Tanh(sum + bias))];
        double[] y = [.. Product(h, head, 3).Zip(headBias, (sum, bias) => sum + bias)];
        AssertSame(
            y, [new SimpleRnn(Units), new Dense(3)], x, (k, [Features, Units]), (r, [Units, Units]), (b, [Units]), (head, [Units, 3]), (headBias, [3]));
    }

    [Fact]
    public void What_does_not_fit_is_refused_by_its_name()
    {
        (float[], long[])[] lstm = [(Numbers(24), [3, 8]), (Numbers(16), [2, 8]), (Numbers(8), [8])];
        Model model = new(new ModelSpec([new Lstm(Units)]), new Shape(Features)), gru = new(new ModelSpec([new Gru(Units)]), new Shape(Features));
        Assert.Contains("'arr_0' is [24, 1], but the kernel of 'lstm_l0' is [3, 8]", Refused(model, (lstm[0].Item1, [24, 1])), StringComparison.Ordinal);
        Assert.Contains("Transpose it: Keras's kernels are (inputs, outputs)", Refused(model, (lstm[0].Item1, [8, 3])), StringComparison.Ordinal);
        Assert.Contains("""of this layer is { "gru": 2 }""", Refused(model, (Numbers(18), [3, 6]), (Numbers(12), [2, 6])), StringComparison.Ordinal);
        Assert.Contains("the file ends before the recurrent kernel of 'lstm_l0', [2, 8]", Refused(model, lstm[0]), StringComparison.Ordinal);
        Assert.Contains("no layer of the specification takes 'arr_3' [1]", Refused(model, [.. lstm, (Numbers(1), [1])]), StringComparison.Ordinal);
        Assert.Contains(
            "'arr_2' is the one bias of a GRU with reset_after=False", Refused(gru, (Numbers(18), [3, 6]), (Numbers(12), [2, 6]), (Numbers(6), [6])),
            StringComparison.Ordinal);
        Model minimal = new(new ModelSpec([new MinGru(Units)]), new Shape(Features));
        Assert.Contains("'minGru' (minGru) has parameters, and Keras has no such layer", Refused(minimal, lstm), StringComparison.Ordinal);
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double[] Product(double[] row, float[] matrix, int columns) =>
        [.. Enumerable.Range(0, columns).Select(column => Enumerable.Range(0, row.Length).Sum(i => row[i] * matrix[(i * columns) + column]))];

    private static double[] Product(float[] row, float[] matrix, int columns, int count) =>
        Product([.. row[..count].Select(value => (double)value)], matrix, columns);

    private float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((_random.NextDouble() * 2) - 1))];

    private void AssertSame(double[] expected, LayerSpec layer, float[] x, params (float[] Values, long[] Shape)[] arrays) =>
        AssertSame(expected, [layer], x, arrays);

    private void AssertSame(double[] expected, LayerSpec[] layers, float[] x, params (float[] Values, long[] Shape)[] arrays)
    {
        var model = new Model(new ModelSpec(layers), new Shape(Features));
        var parameters = new AlignedBuffer(model.Layout.Length);
        WeightFile.Read(Save(arrays), model).CopyTo(parameters.Span);
        var replica = new Replica(model, Steps, 1, training: false);
        replica.Prepare(parameters.Memory);
        x.CopyTo(replica.Input.Values);
        replica.Forward(replica.Inference(1, hasState: false), [], []);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], replica.Output.Values[i], 1e-5);
    }

    private string Refused(Model model, params (float[] Values, long[] Shape)[] arrays) =>
        Assert.Throws<InvalidInputException>(() => WeightFile.Read(Save(arrays), model)).Message;

    private string Save((float[] Values, long[] Shape)[] arrays)
    {
        string path = _folder.File("weights.npz");
        using FileStream stream = File.Create(path);
        NpzFile.Write(stream, arrays.Select((array, i) => ($"arr_{i}", NumPyArray.Of(array.Values, array.Shape))));
        return path;
    }
}
