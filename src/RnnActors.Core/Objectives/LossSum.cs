using System.Text.Json.Serialization;

namespace RnnActors.Core.Objectives;

/// <summary>The sum of some rows' losses in double, and what it will be divided by for the mean.</summary>
/// <param name="Sum">The sum over elements (values), counted positions (labels) or rows (sequences).</param>
/// <param name="Count">How many were summed.</param>
/// <param name="Correct">Counted positions whose largest output was the label; 0 for values.</param>
/// <param name="Weight">The divisor of the mean where that is not the count: the sum of the labels' class weights.</param>
public readonly record struct LossSum(
    double Sum, long Count, long Correct, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Weight = null)
{
    public double Mean => Divisor == 0 ? 0 : Sum / Divisor;

    public double Accuracy => Count == 0 ? 0 : (double)Correct / Count;

    private double Divisor => Weight ?? Count;

    public static LossSum operator +(LossSum a, LossSum b) => new(
        a.Sum + b.Sum, a.Count + b.Count, a.Correct + b.Correct, a.Weight is null && b.Weight is null ? null : a.Divisor + b.Divisor);
}
