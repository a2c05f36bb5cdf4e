using RnnActors.Core.Layers;

namespace RnnActors.Core.Tests.Layers;

/// <summary>One layer and direction of a recurrent stack in double: the weights, and the textbook's step of one row.</summary>
/// <param name="Input">W, (gates · H, I).</param>
/// <param name="Recurrent">U, (gates · H, H); null where no gate reads the state.</param>
/// <param name="InputBias">b, (gates · H).</param>
/// <param name="RecurrentBias">c, (gates · H); empty where no gate reads the state.</param>
internal sealed record PlainCell(
    Recurrent Spec, PlainMatrix Input, PlainMatrix? Recurrent, double[] InputBias, double[] RecurrentBias, Func<ActivationFunction, double, double> Activate)
{
    /// <param name="x">(I).</param>
    /// <param name="h">h(t-1), (H).</param>
    /// <param name="read">h(t-1) as the recurrent product reads it, with values dropped.</param>
    /// <param name="c">c(t-1), (H); unused but by the LSTM.</param>
    public (double[] Hidden, double[] Cell) Step(double[] x, double[] h, double[] read, double[] c)
    {
        double[] a = Input.Times(x, InputBias), u = Recurrent?.Times(read, RecurrentBias) ?? new double[InputBias.Length];
        int units = Spec.Units;
        double[] hidden = new double[units], cell = new double[units];
        for (int j = 0; j < units; j++)
        {
            double Gate(int gate) => a[(gate * units) + j] + u[(gate * units) + j];
            switch (Spec)
            {
                case SimpleRnn rnn:
                    hidden[j] = Activate(rnn.Activation, Gate(0));
                    break;
                case Lstm:
                    double i = Sigmoid(Gate(0)), f = Sigmoid(Gate(1)), g = Math.Tanh(Gate(2)), o = Sigmoid(Gate(3));
                    cell[j] = (f * c[j]) + (i * g);
                    hidden[j] = o * Math.Tanh(cell[j]);
                    break;
                case Gru:
                    double r = Sigmoid(Gate(0)), z = Sigmoid(Gate(1)), n = Math.Tanh(a[(2 * units) + j] + (r * u[(2 * units) + j]));
                    hidden[j] = ((1 - z) * n) + (z * h[j]);
                    break;
                case MinGru:
                    double share = Sigmoid(Gate(0));
                    hidden[j] = ((1 - share) * h[j]) + (share * Gate(1));
                    break;
                case MinLstm:
                    double keep = Sigmoid(Gate(0)), take = Sigmoid(Gate(1));
                    hidden[j] = ((keep * h[j]) + (take * Gate(2))) / (keep + take);
                    break;
                default:
                    throw new NotSupportedException(Spec.Kind);
            }
        }

        return (hidden, cell);
    }

    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}

/// <summary>A row-major (rows, columns) matrix inside a block.</summary>
internal sealed record PlainMatrix(double[] Block, int Offset, int Rows, int Columns)
{
    /// <summary>M·x + bias.</summary>
    public double[] Times(double[] x, double[] bias)
    {
        double[] y = new double[Rows];
        for (int i = 0; i < Rows; i++)
        {
            y[i] = bias[i];
            for (int j = 0; j < Columns; j++) y[i] += Block[Offset + (i * Columns) + j] * x[j];
        }

        return y;
    }

    public double[] Row(int i) => Block[(Offset + (i * Columns))..(Offset + ((i + 1) * Columns))];
}
