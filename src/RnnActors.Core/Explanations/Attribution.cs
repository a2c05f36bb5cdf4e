namespace RnnActors.Core.Explanations;

/// <summary>How an output is attributed to the inputs.</summary>
public enum AttributionMethod
{
    /// <summary>Gradient × input: the gradient at the example, times the difference from the baseline. The values sum to the output's difference to first order
    /// only. Simonyan et al. 2013; Shrikumar et al. 2016.</summary>
    InputGradient,

    /// <summary>The mean gradient on the straight line from baseline to example, times their difference. The values sum to the output's difference
    /// (completeness). Sundararajan, Taly and Yan 2017.</summary>
    IntegratedGradients,

    /// <summary>How much the output falls when a value is replaced by its baseline. Zeiler and Fergus 2014.</summary>
    Occlusion,
}

/// <summary>What each value of one input contributes to an output, against a baseline of zeros: the training mean of scaled values, a zero vector for a
/// token.</summary>
/// <param name="Input">Index of the input.</param>
/// <param name="Features">Values per step; 1 where the input is tokens, since the parts of an embedding's vector are summed.</param>
/// <param name="Values">The contributions, (T, <paramref name="Features"/>).</param>
public sealed record InputAttribution(int Input, int Steps, int Features, double[] Values)
{
    public double At(int step, int feature) => Values[(step * Features) + feature];

    /// <summary>The sum over all features of a step.</summary>
    public double OfStep(int step) => Values.AsSpan(step * Features, Features).ToArray().Sum();

    /// <summary>The sum over all steps of a feature.</summary>
    public double OfFeature(int feature) => Enumerable.Range(0, Steps).Sum(step => At(step, feature));
}

/// <summary>An output attributed to all inputs.</summary>
/// <param name="Output">The explained number at the example.</param>
/// <param name="Baseline">The same number at the baseline.</param>
/// <param name="Passes">How many points on the line, or changed examples, were computed.</param>
/// <param name="Patch">Steps and features that were occluded together, where occluding single values would take too long.</param>
public sealed record Attribution(
    AttributionMethod Method, double Output, double Baseline, IReadOnlyList<InputAttribution> Inputs, int Passes, (int Steps, int Features) Patch)
{
    public double Sum => Inputs.Sum(input => input.Values.Sum());

    /// <summary>
    /// Whether the values sum to the difference of outputs within 1 % of it. Where they cancel, within 0.01 % of the sum of their absolute values.
    /// </summary>
    public bool IsComplete =>
        Math.Abs(Sum - (Output - Baseline)) <= 0.01 * Math.Max(Math.Abs(Output - Baseline), 0.01 * Inputs.Sum(input => input.Values.Sum(Math.Abs)));
}
