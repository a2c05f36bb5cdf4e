namespace RnnActors.Core.Losses;

/// <summary>Losses of some positions, summed in double, to be divided by <see cref="Count"/> at the end.</summary>
/// <param name="Sum">The sum over elements (values) or counted positions (labels).</param>
/// <param name="Count">Elements or counted positions.</param>
/// <param name="Correct">Counted positions whose largest output was the label; 0 for values.</param>
public readonly record struct LossSum(double Sum, long Count, long Correct)
{
    public double Mean => Count == 0 ? 0 : Sum / Count;

    public double Accuracy => Count == 0 ? 0 : (double)Correct / Count;

    public static LossSum operator +(LossSum a, LossSum b) => new(a.Sum + b.Sum, a.Count + b.Count, a.Correct + b.Correct);
}
