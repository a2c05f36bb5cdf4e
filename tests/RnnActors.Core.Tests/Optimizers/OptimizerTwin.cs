using RnnActors.Core.Optimizers;

namespace RnnActors.Core.Tests.Optimizers;

/// <summary>PyTorch's update formulas, element by element in double: the oracle of the fused ones.</summary>
internal sealed class OptimizerTwin(Optimizer optimizer, double[] parameters)
{
    private readonly double[] _first = new double[parameters.Length];
    private readonly double[] _second = new double[parameters.Length];

    public void Step(double[] gradients, double rate, int t)
    {
        for (int i = 0; i < parameters.Length; i++)
            parameters[i] = Next(parameters[i], gradients[i], ref _first[i], ref _second[i], rate, t);
    }

    private double Next(double p, double g, ref double first, ref double second, double rate, int t)
    {
        switch (optimizer)
        {
            case Sgd sgd:
                g += sgd.WeightDecay * p;
                first = (sgd.Momentum * first) + g;
                return p - (rate * (sgd.Nesterov ? g + (sgd.Momentum * first) : first));
            case RmsProp rms:
                first = (rms.Rho * first) + ((1 - rms.Rho) * g * g);
                second = (rms.Momentum * second) + (g / (Math.Sqrt(first) + rms.Epsilon));
                return p - (rate * second);
            case Adam adam:
                return AdamStep(p, g, ref first, ref second, rate, adam.Beta1, adam.Beta2, adam.Epsilon, t);
            case AdamW adamW:
                p -= rate * adamW.WeightDecay * p;
                return AdamStep(p, g, ref first, ref second, rate, adamW.Beta1, adamW.Beta2, adamW.Epsilon, t);
            default:
                throw new NotSupportedException();
        }
    }

    private static double AdamStep(double p, double g, ref double m, ref double v, double rate, double beta1, double beta2, double epsilon, int t)
    {
        m = (beta1 * m) + ((1 - beta1) * g);
        v = (beta2 * v) + ((1 - beta2) * g * g);
        return p - (rate * (m / (1 - Math.Pow(beta1, t))) / (Math.Sqrt(v / (1 - Math.Pow(beta2, t))) + epsilon));
    }
}
