using CsCheck;
using RnnActors.Core.Reference;
using Xunit;

namespace RnnActors.Core.Tests.Reference;

/// <summary>Backpropagation through time against differences, from gradients of every output and of the final states.</summary>
public class ReferenceCellTests
{
    public static TheoryData<string> Kinds => [.. ReferenceCell.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gradients_are_those_of_differences(string kind)
    {
        const int Cases = 40;
        int offKinks = 0;
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 5], Gen.Int[1, 6], Gen.UInt[0, 1 << 20])
            .Sample((features, units, steps, seed) => offKinks += Check(kind, features, units, steps, seed * 16) ? 1 : 0, iter: Cases, threads: 1);
        Assert.True(offKinks > Cases / 2, $"Only {offKinks} of {Cases} cases lay off a kink.");
    }

    /// <summary>A state decays, or is kept, by its own gate alone where nothing else comes in.</summary>
    [Fact]
    public void A_closed_lstm_remembers_its_cell_and_a_closed_gru_its_state()
    {
        const double Open = 50, Shut = -50;
        var lstm = new RecurrentParameters(new double[4, 1], new double[4, 1], [Shut, Open, 0, Open], new double[4]);
        Assert.Equal(0.75, ReferenceLstm.Forward(lstm, new double[9, 1], [0.5], [0.75]).C[9, 0], 1e-12);
        Assert.Equal(Math.Tanh(0.75), ReferenceLstm.Forward(lstm, new double[9, 1], [0.5], [0.75]).H[9, 0], 1e-12);
        var gru = new RecurrentParameters(new double[3, 1], new double[3, 1], [0, Open, 1], new double[3]);
        Assert.Equal(0.5, ReferenceGru.Forward(gru, new double[9, 1], [0.5]).H[9, 0], 1e-12);
        var minGru = new RecurrentParameters(new double[2, 1], new double[0, 1], [Shut, 1], []);
        Assert.Equal(0.5, ReferenceMinGru.Forward(minGru, new double[9, 1], [0.5]).H[9, 0], 1e-12);
        var minLstm = new RecurrentParameters(new double[3, 1], new double[0, 1], [Open, Shut, 1], []);
        Assert.Equal(0.5, ReferenceMinLstm.Forward(minLstm, new double[9, 1], [0.5]).H[9, 0], 1e-12);
    }

    /// <summary>The minLSTM's two gates count by their ratio alone: both nearly shut, the state still becomes the mean of itself and the candidate.</summary>
    [Fact]
    public void A_min_lstms_gates_add_up_to_one()
    {
        foreach (double both in new double[] { -30, 0, 30 })
        {
            var p = new RecurrentParameters(new double[3, 1], new double[0, 1], [both, both, 1], []);
            Assert.Equal(0.75, ReferenceMinLstm.Forward(p, new double[1, 1], [0.5]).H[1, 0], 1e-12);
        }
    }

    private static bool Check(string kind, int features, int units, int steps, uint seed)
    {
        int gates = ReferenceCell.Gates(kind) * units, recurrent = ReferenceCell.RecurrentGates(kind) * units;
        var p = new RecurrentParameters(
            Arrays.Random(gates, features, seed), Arrays.Random(recurrent, units, seed + 1), Arrays.Random(gates, seed + 2),
            Arrays.Random(recurrent, seed + 3));
        double[,] x = Arrays.Random(steps, features, seed + 4), dOutput = Arrays.Random(steps, units, seed + 5);
        double[][] States(uint salt) => [.. Enumerable.Range(0, ReferenceCell.States(kind)).Select(i => Arrays.Random(units, seed + salt + (uint)i))];
        double[][] initial = States(6), dFinal = States(8);

        double Loss()
        {
            ReferenceCell cell = ReferenceCell.Forward(kind, p, x, initial);
            return ReferenceMath.Dot(Arrays.Flat(cell.Output), Arrays.Flat(dOutput)) + cell.Final.Zip(dFinal, ReferenceMath.Dot).Sum();
        }

        ReferenceCell forward = ReferenceCell.Forward(kind, p, x, initial);
        if (forward.NearestKink < FiniteDifference.MinKink) return false;
        (RecurrentGradients gradients, double[][] dInitial) = forward.Backward(dOutput, dFinal);
        FiniteDifference.Check("weight_ih", p.WeightIh, gradients.Parameters.WeightIh, Loss);
        FiniteDifference.Check("weight_hh", p.WeightHh, gradients.Parameters.WeightHh, Loss);
        FiniteDifference.Check("bias_ih", p.BiasIh, gradients.Parameters.BiasIh, Loss);
        FiniteDifference.Check("bias_hh", p.BiasHh, gradients.Parameters.BiasHh, Loss);
        FiniteDifference.Check("input", x, gradients.Input, Loss);
        for (int i = 0; i < initial.Length; i++) FiniteDifference.Check($"initial state {i}", initial[i], dInitial[i], Loss);
        return true;
    }
}
