namespace RnnActors.Core.Explanations;

/// <summary>How an output is traced back to inputs.</summary>
public enum AttributionMethod
{
    /// <summary>The gradient at the example along the straight way from the baseline: sums to the difference of
    /// outputs in Σ of first order alone. Simonyan et al. 2013; Shrikumar et al. 2016.</summary>
    InputGradient,

    /// <summary>The mean gradient on the straight way from the baseline, times its length: sums to
    /// the difference of outputs. Sundararajan, Taly and Yan 2017.</summary>
    IntegratedGradients,

    /// <summary>How much the output falls where a value is replaced by its baseline. Zeiler and Fergus 2014.</summary>
    Occlusion,
}

/// <summary>What each value of an input has added to an output, against a baseline of zeros: the
/// training mean of scaled values, no vector for a token.</summary>
/// <param name="Input">The number of the input.</param>
/// <param name="Features">Values a step; 1 where the input is tokens, whose vectors' parts are summed.</param>
/// <param name="Values">(T, <paramref name="Features"/>).</param>
public sealed record InputAttribution(int Input, int Steps, int Features, double[] Values)
{
    public double At(int step, int feature) => Values[(step * Features) + feature];

    /// <summary>Of all features of a step together.</summary>
    public double OfStep(int step) => Values.AsSpan(step * Features, Features).ToArray().Sum();

    /// <summary>Of all steps of a feature together.</summary>
    public double OfFeature(int feature) => Enumerable.Range(0, Steps).Sum(step => At(step, feature));
}

/// <summary>An output traced back to all inputs.</summary>
/// <param name="Output">What is explained, at the example.</param>
/// <param name="Baseline">The same at the baseline.</param>
/// <param name="Passes">Points on the way, or changed examples, that were computed.</param>
/// <param name="Patch">Steps and features that were occluded together, where single ones would be too many.</param>
public sealed record Attribution(
    AttributionMethod Method, double Output, double Baseline, IReadOnlyList<InputAttribution> Inputs, int Passes, (int Steps, int Features) Patch)
{
    public double Sum => Inputs.Sum(input => input.Values.Sum());

    /// <summary>Whether the values sum to the difference of outputs within one per cent of it, or
    /// of a hundredth of all values' sizes where they cancel.</summary>
    public bool IsComplete =>
        Math.Abs(Sum - (Output - Baseline)) <= 0.01 * Math.Max(Math.Abs(Output - Baseline), 0.01 * Inputs.Sum(input => input.Values.Sum(Math.Abs)));
}
