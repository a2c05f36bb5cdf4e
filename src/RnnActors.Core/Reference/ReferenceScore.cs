using static RnnActors.Core.Reference.ReferenceMath;

namespace RnnActors.Core.Reference;

/// <summary>The score of a query and a key. A score with parameters accumulates their gradients, from zero, in its own arrays.</summary>
public abstract class ReferenceScore
{
    /// <param name="query">(Q).</param>
    /// <param name="key">(K).</param>
    public abstract double Forward(double[] query, double[] key);

    /// <summary>Given the score's gradient, accumulates the parameters' gradients and returns those of the query, (Q), and the key, (K).</summary>
    public abstract (double[] Query, double[] Key) Backward(double[] query, double[] key, double dScore);
}

/// <summary>scale · (q · k), with Q = K. Luong et al. 2015 for a scale of 1; Vaswani et al. 2017 for 1/√K.</summary>
public sealed class DotScore(double scale = 1) : ReferenceScore
{
    public override double Forward(double[] query, double[] key) => scale * Dot(query, key);

    public override (double[] Query, double[] Key) Backward(double[] query, double[] key, double dScore)
    {
        double[] dQuery = new double[query.Length], dKey = new double[key.Length];
        for (int j = 0; j < key.Length; j++)
        {
            dQuery[j] = dScore * scale * key[j];
            dKey[j] = dScore * scale * query[j];
        }

        return (dQuery, dKey);
    }
}

/// <summary>q · (W·k). Luong et al. 2015.</summary>
/// <param name="weight">W, (Q, K).</param>
public sealed class GeneralScore(double[,] weight) : ReferenceScore
{
    /// <summary>(Q, K).</summary>
    public double[,] WeightGradient { get; } = new double[weight.GetLength(0), weight.GetLength(1)];

    public override double Forward(double[] query, double[] key) => Dot(TransposedTimes(weight, query), key);

    public override (double[] Query, double[] Key) Backward(double[] query, double[] key, double dScore)
    {
        double[] dQuery = new double[query.Length], dKey = new double[key.Length];
        for (int i = 0; i < query.Length; i++)
        {
            for (int j = 0; j < key.Length; j++)
            {
                WeightGradient[i, j] += dScore * query[i] * key[j];
                dQuery[i] += dScore * weight[i, j] * key[j];
                dKey[j] += dScore * weight[i, j] * query[i];
            }
        }

        return (dQuery, dKey);
    }
}

/// <summary>v · tanh(W_q·q + W_k·k + b). Bahdanau et al. 2015.</summary>
/// <param name="queryWeight">W_q, (A, Q).</param>
/// <param name="keyWeight">W_k, (A, K).</param>
/// <param name="bias">b, (A).</param>
/// <param name="scoreWeight">v, (A).</param>
public sealed class AdditiveScore(double[,] queryWeight, double[,] keyWeight, double[] bias, double[] scoreWeight) : ReferenceScore
{
    /// <summary>(A, Q).</summary>
    public double[,] QueryWeightGradient { get; } = new double[bias.Length, queryWeight.GetLength(1)];

    /// <summary>(A, K).</summary>
    public double[,] KeyWeightGradient { get; } = new double[bias.Length, keyWeight.GetLength(1)];

    /// <summary>(A).</summary>
    public double[] BiasGradient { get; } = new double[bias.Length];

    /// <summary>(A).</summary>
    public double[] ScoreWeightGradient { get; } = new double[bias.Length];

    public override double Forward(double[] query, double[] key) => Dot(scoreWeight, Hidden(query, key));

    public override (double[] Query, double[] Key) Backward(double[] query, double[] key, double dScore)
    {
        double[] hidden = Hidden(query, key), da = new double[bias.Length];
        for (int j = 0; j < bias.Length; j++)
        {
            ScoreWeightGradient[j] += dScore * hidden[j];
            da[j] = dScore * scoreWeight[j] * (1 - (hidden[j] * hidden[j]));
        }

        AddOuter(QueryWeightGradient, da, query);
        AddOuter(KeyWeightGradient, da, key);
        Add(BiasGradient, da);
        return (TransposedTimes(queryWeight, da), TransposedTimes(keyWeight, da));
    }

    private double[] Hidden(double[] query, double[] key)
    {
        double[] a = Affine(queryWeight, query, Affine(keyWeight, key, bias));
        for (int j = 0; j < a.Length; j++) a[j] = Tanh(a[j]);
        return a;
    }
}
