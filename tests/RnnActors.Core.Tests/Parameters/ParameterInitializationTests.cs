using CsCheck;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.RandomNumbers;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Parameters;
using RnnActors.Core.Sequences;
using Xunit;

namespace RnnActors.Core.Tests.Parameters;

public class ParameterInitializationTests
{
    /// <summary>Float32's rounding of an orthonormal vector, and the sum of as many products.</summary>
    private const double Orthonormal = 1e-6;

    /// <summary>Glorot and Bengio 2010: ±√(6 / (fan in + fan out)) of each gate's own matrix.</summary>
    [Theory]
    [InlineData("simpleRnn", 1)]
    [InlineData("lstm", 4)]
    [InlineData("gru", 3)]
    [InlineData("minGru", 2)]
    [InlineData("minLstm", 3)]
    public void Glorots_limit_is_that_of_each_gate_by_itself(string kind, int gates)
    {
        const int Units = 30, Inputs = 20;
        Recurrent cell = kind switch
        {
            "lstm" => new Lstm(Units),
            "gru" => new Gru(Units),
            "minGru" => new MinGru(Units),
            "minLstm" => new MinLstm(Units),
            _ => new SimpleRnn(Units),
        };
        var model = new Model(new ModelSpec([cell with { Layers = 2 }]), new Shape(Inputs));
        AssertUniform(model, $"{kind}.weight_ih_l0", gates * Units, Inputs, Math.Sqrt(6.0 / (Units + Inputs)));
        AssertUniform(model, $"{kind}.weight_ih_l1", gates * Units, Units, Math.Sqrt(6.0 / (Units + Units)));
    }

    [Fact]
    public void A_dense_layer_starts_in_Glorots_limits_with_zero_biases()
    {
        var model = new Model(new ModelSpec([new Dense(50)]), new Shape(40));
        AssertUniform(model, "dense.weight", 50, 40, Math.Sqrt(6.0 / 90));
        Assert.All(Values(model, "dense.bias"), bias => Assert.Equal(0, bias));
    }

    [Fact]
    public void An_embedding_starts_in_its_own_limit() =>
        AssertUniform(new Model(new ModelSpec([new Embedding(16)]), Shape.Tokens(100)), "embedding.weight", 100, 16, 0.05);

    /// <summary>torch.nn.RNNBase: every weight and bias in ±1/√H; torch.nn.Linear: in ±1/√(fan in).</summary>
    [Fact]
    public void PyTorchs_limits_hold_for_weights_and_biases()
    {
        var lstm = new Lstm(25) { KernelInitializer = Initializer.PyTorch, RecurrentInitializer = Initializer.PyTorch, Bidirectional = true };
        var model = new Model(new ModelSpec([lstm, new Dense(40) { KernelInitializer = Initializer.PyTorch }]), new Shape(30));
        foreach (string direction in new[] { "", "_reverse" })
        {
            AssertUniform(model, "lstm.weight_ih_l0" + direction, 100, 30, 1 / 5.0);
            AssertUniform(model, "lstm.weight_hh_l0" + direction, 100, 25, 1 / 5.0);
            AssertUniform(model, "lstm.bias_ih_l0" + direction, 100, 1, 1 / 5.0);
            AssertUniform(model, "lstm.bias_hh_l0" + direction, 100, 1, 1 / 5.0);
        }

        AssertUniform(model, "dense.weight", 40, 50, 1 / Math.Sqrt(50));
        AssertUniform(model, "dense.bias", 40, 1, 1 / Math.Sqrt(50));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-0.5)]
    public void The_forget_gates_bias_alone_starts_above_the_others(double value)
    {
        var model = new Model(new ModelSpec([new Lstm(3) { ForgetBias = value, Layers = 2 }]), new Shape(2));
        float f = (float)value;
        foreach (string layer in new[] { "_l0", "_l1" })
        {
            Assert.Equal([0, 0, 0, f, f, f, 0, 0, 0, 0, 0, 0], Values(model, "lstm.bias_ih" + layer));
            Assert.Equal(new float[12], Values(model, "lstm.bias_hh" + layer));
        }
    }

    [Fact]
    public void Each_gates_matrix_is_orthogonal_be_it_tall_or_wide() =>
        Gen.Select(Gen.Int[1, 12], Gen.Int[1, 12], Gen.Int[1, 4], Gen.ULong).Sample((rows, columns, gates, seed) =>
        {
            var layout = new ParameterLayout();
            var slot = layout.Add("q", gates * rows, columns, StartingValue.Orthogonal(rows, columns, gates));
            float[] block = new float[layout.Length];
            ParameterInitialization.Fill(layout, block, seed);
            for (int gate = 0; gate < gates; gate++)
            {
                float[] q = slot.Of(block.AsSpan()).Slice(gate * rows * columns, rows * columns).ToArray();
                double At(int i, int j) => rows <= columns ? q[(i * columns) + j] : q[(j * columns) + i];
                int count = Math.Min(rows, columns), length = Math.Max(rows, columns);
                for (int a = 0; a < count; a++)
                {
                    for (int b = 0; b <= a; b++)
                        Assert.Equal(a == b ? 1 : 0, Enumerable.Range(0, length).Sum(i => At(a, i) * At(b, i)), Orthonormal);
                }
            }
        });

    [Fact]
    public void The_gates_of_a_recurrent_weight_are_orthogonal_and_differ()
    {
        float[] weight = Values(new Model(new ModelSpec([new Gru(8)]), new Shape(2)), "gru.weight_hh_l0");
        float[][] gates = [.. weight.Chunk(64)];
        Assert.Equal(3, gates.Length);
        Assert.NotEqual(gates[0], gates[1]);
        Assert.NotEqual(gates[1], gates[2]);
        foreach (float[] gate in gates)
        {
            for (int column = 0; column < 8; column++)
                Assert.Equal(1, Enumerable.Range(0, 8).Sum(row => (double)gate[(row * 8) + column] * gate[(row * 8) + column]), Orthonormal);
        }
    }

    [Fact]
    public void A_large_parameter_is_one_sequence_though_it_is_made_in_pieces()
    {
        var layout = new ParameterLayout();
        var slot = layout.Add("w", 3, 50_000, StartingValue.Uniform(0.5));
        float[] block = new float[layout.Length];
        ParameterInitialization.Fill(layout, block, 4);
        var random = new RandomSequence(PhiloxKey.Of(4, RandomPurpose.InitialWeights, layer: 0));
        float[] expected = [.. Enumerable.Range(0, slot.Length).Select(_ => (float)(((2 * random.NextDouble()) - 1) * 0.5))];
        Assert.Equal(expected, slot.Of(block.AsSpan()).ToArray());
    }

    [Fact]
    public void The_seed_decides_every_bit()
    {
        var model = Small();
        Assert.Equal(Hash(model, 7), Hash(Small(), 7));
        string[] hashes = [.. Enumerable.Range(0, 20).Select(seed => Hash(model, (ulong)seed))];
        Assert.Equal(20, hashes.Distinct().Count());
    }

    [Fact]
    public void Two_parameters_of_the_same_shape_differ()
    {
        var model = new Model(new ModelSpec([new Dense(6), new Dense(6)]), new Shape(6));
        Assert.NotEqual(Values(model, "dense.weight"), Values(model, "dense_1.weight"));
    }

    /// <summary>A change of these bits changes the result of every training: it is for a new
    /// version of the format, never for a correction by the way.</summary>
    [Fact]
    public void The_initial_bits_are_pinned() => Assert.Equal("2dcd5662dcc16ac41491b5132b39b3d2", Hash(Small(), 1));

    private static Model Small() => new(
        new ModelSpec([
            new Embedding(3), new Lstm(4, true) { Bidirectional = true }, new Gru(5, true), new SimpleRnn(6) { KernelInitializer = Initializer.PyTorch },
            new Dense(2) { KernelInitializer = Initializer.Uniform(0.3) }]),
        Shape.Tokens(7));

    private static string Hash(Model model, ulong seed)
    {
        var parameters = model.CreateParameters(seed);
        return ParameterHash.Compute(model.Layout.Slots.Select(slot => (slot.Name, (ReadOnlyMemory<float>)parameters.Memory.Slice(slot.Offset, slot.Length))));
    }

    /// <summary>All values inside the limit, the outermost near it, and the mean near 0.</summary>
    private static void AssertUniform(Model model, string name, int rows, int columns, double limit)
    {
        float[] values = Values(model, name);
        Assert.Equal(rows * columns, values.Length);
        Assert.All(values, value => Assert.InRange(value, (float)-limit, (float)limit));
        Assert.InRange(values.Max(), 0.85 * limit, limit * 1.0001);
        Assert.InRange(values.Min(), -limit * 1.0001, -0.85 * limit);
        Assert.InRange(values.Average(), -limit / 4, limit / 4);
    }

    private static float[] Values(Model model, string name)
    {
        AlignedBuffer parameters = model.CreateParameters(3);
        return model.Layout[name].Of(parameters.Span).ToArray();
    }
}
