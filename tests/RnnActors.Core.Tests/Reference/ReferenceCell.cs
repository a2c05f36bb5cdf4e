using RnnActors.Core.Reference;

namespace RnnActors.Core.Tests.Reference;

/// <summary>
/// The reference's cells behind one face, by the names of the reference cases: <c>rnn_tanh</c>, <c>rnn_relu</c>, <c>lstm</c>, <c>gru</c>,
/// <c>minGru</c>, <c>minLstm</c>.
/// </summary>
/// <param name="Output">(T, H).</param>
/// <param name="Final">The states after the last step: h, and the LSTM's c.</param>
/// <param name="NearestKink">How near a ReLU's argument comes to zero.</param>
/// <param name="Backward">From the gradients of the output and of the final states, all gradients and those of the initial states.</param>
internal sealed record ReferenceCell(
    double[,] Output, double[][] Final, double NearestKink, Func<double[,], double[][], (RecurrentGradients Gradients, double[][] Initial)> Backward)
{
    public static IReadOnlyList<string> Kinds => ["rnn_tanh", "rnn_relu", "lstm", "gru", "minGru", "minLstm"];

    /// <summary>Gates whose weights are stacked.</summary>
    public static int Gates(string kind) => kind switch { "lstm" => 4, "gru" or "minLstm" => 3, "minGru" => 2, _ => 1 };

    /// <summary>Gates that read the state by a product.</summary>
    public static int RecurrentGates(string kind) => kind.StartsWith("min", StringComparison.Ordinal) ? 0 : Gates(kind);

    /// <summary>Vectors of H that are carried from step to step.</summary>
    public static int States(string kind) => kind == "lstm" ? 2 : 1;

    public static ReferenceCell Forward(string kind, RecurrentParameters p, double[,] x, double[][] initial)
    {
        switch (kind)
        {
            case "lstm":
                ReferenceLstm.Trace lstm = ReferenceLstm.Forward(p, x, initial[0], initial[1]);
                return new(Outputs(lstm.H), [Last(lstm.H), Last(lstm.C)], double.PositiveInfinity, (dOutput, dFinal) =>
                {
                    (RecurrentGradients gradients, double[] initialCell) = ReferenceLstm.Backward(p, lstm, dOutput, dFinal[0], dFinal[1]);
                    return (gradients, [gradients.InitialHidden, initialCell]);
                });
            case "gru":
                ReferenceGru.Trace gru = ReferenceGru.Forward(p, x, initial[0]);
                return new(Outputs(gru.H), [Last(gru.H)], double.PositiveInfinity, (dOutput, dFinal) =>
                    OfHidden(ReferenceGru.Backward(p, gru, dOutput, dFinal[0])));
            case "minGru":
                ReferenceMinGru.Trace minGru = ReferenceMinGru.Forward(p, x, initial[0]);
                return new(Outputs(minGru.H), [Last(minGru.H)], double.PositiveInfinity, (dOutput, dFinal) =>
                    OfHidden(ReferenceMinGru.Backward(p, minGru, dOutput, dFinal[0])));
            case "minLstm":
                ReferenceMinLstm.Trace minLstm = ReferenceMinLstm.Forward(p, x, initial[0]);
                return new(Outputs(minLstm.H), [Last(minLstm.H)], double.PositiveInfinity, (dOutput, dFinal) =>
                    OfHidden(ReferenceMinLstm.Backward(p, minLstm, dOutput, dFinal[0])));
            default:
                Nonlinearity nonlinearity = kind == "rnn_relu" ? Nonlinearity.Relu : Nonlinearity.Tanh;
                ReferenceSimpleRnn.Trace rnn = ReferenceSimpleRnn.Forward(p, nonlinearity, x, initial[0]);
                double kink = nonlinearity == Nonlinearity.Relu ? rnn.A.Cast<double>().Min(Math.Abs) : double.PositiveInfinity;
                return new(Outputs(rnn.H), [Last(rnn.H)], kink, (dOutput, dFinal) =>
                    OfHidden(ReferenceSimpleRnn.Backward(p, nonlinearity, rnn, dOutput, dFinal[0])));
        }
    }

    private static (RecurrentGradients Gradients, double[][] Initial) OfHidden(RecurrentGradients gradients) => (gradients, [gradients.InitialHidden]);

    private static double[] Last(double[,] states) => ReferenceMath.Row(states, states.GetLength(0) - 1);

    /// <summary>Without the initial state.</summary>
    private static double[,] Outputs(double[,] states)
    {
        double[,] outputs = new double[states.GetLength(0) - 1, states.GetLength(1)];
        for (int t = 0; t < outputs.GetLength(0); t++) ReferenceMath.SetRow(outputs, t, ReferenceMath.Row(states, t + 1));
        return outputs;
    }
}
