using static RnnActors.Core.Reference.ReferenceMath;

namespace RnnActors.Core.Reference;

/// <summary>
/// Attention of the queries of one sequence over the keys of another, which are the values too:
/// <code>
/// weight(t, s) = softmax over s of score(query t, key s)
/// context(t) = Σ_s weight(t, s) · key s
/// </code>
/// A query attends only to the keys below the key length, and where attention is causal to none after its own step.
/// </summary>
public static class ReferenceAttention
{
    /// <summary>The results of the forward pass, which the backward pass reads.</summary>
    /// <param name="Weights">The attention weights, (T, S), zero where a key is masked.</param>
    /// <param name="Context">(T, K).</param>
    public sealed record Trace(double[,] Weights, double[,] Context);

    /// <param name="queries">(T, Q).</param>
    /// <param name="keys">(S, K).</param>
    /// <param name="keyLength">Number of valid keys, from 1 to S.</param>
    public static Trace Forward(ReferenceScore score, double[,] queries, double[,] keys, int keyLength, bool causal = false)
    {
        int steps = queries.GetLength(0), features = keys.GetLength(1);
        double[,] weights = new double[steps, keys.GetLength(0)], context = new double[steps, features];
        for (int t = 0; t < steps; t++)
        {
            double[] scores = new double[Visible(t, keyLength, causal)];
            for (int s = 0; s < scores.Length; s++) scores[s] = score.Forward(Row(queries, t), Row(keys, s));
            double logSum = LogSumExp(scores);
            for (int s = 0; s < scores.Length; s++)
            {
                weights[t, s] = Exp(scores[s] - logSum);
                for (int k = 0; k < features; k++) context[t, k] += weights[t, s] * keys[s, k];
            }
        }

        return new Trace(weights, context);
    }

    /// <param name="dContext">(T, K).</param>
    /// <returns>The gradients of the queries, (T, Q), and of the keys, (S, K), zero where they are masked. The score accumulates those of its
    /// parameters.</returns>
    public static (double[,] Queries, double[,] Keys) Backward(
        ReferenceScore score, double[,] queries, double[,] keys, int keyLength, bool causal, Trace trace, double[,] dContext)
    {
        int steps = queries.GetLength(0);
        double[,] dQueries = new double[steps, queries.GetLength(1)], dKeys = new double[keys.GetLength(0), keys.GetLength(1)];
        for (int t = 0; t < steps; t++)
        {
            // weight(t, s) has the gradient dContext(t) · key s. The softmax subtracts the mean of these gradients, weighted by the attention.
            double[] dWeights = new double[Visible(t, keyLength, causal)], dQuery = new double[queries.GetLength(1)];
            double mean = 0;
            for (int s = 0; s < dWeights.Length; s++)
            {
                dWeights[s] = Dot(Row(dContext, t), Row(keys, s));
                mean += trace.Weights[t, s] * dWeights[s];
            }

            for (int s = 0; s < dWeights.Length; s++)
            {
                double weight = trace.Weights[t, s];
                (double[] fromQuery, double[] fromKey) = score.Backward(Row(queries, t), Row(keys, s), weight * (dWeights[s] - mean));
                Add(dQuery, fromQuery);
                for (int k = 0; k < fromKey.Length; k++) dKeys[s, k] += fromKey[k] + (weight * dContext[t, k]);
            }

            SetRow(dQueries, t, dQuery);
        }

        return (dQueries, dKeys);
    }

    private static int Visible(int step, int keyLength, bool causal) => causal ? Math.Min(step + 1, keyLength) : keyLength;
}
