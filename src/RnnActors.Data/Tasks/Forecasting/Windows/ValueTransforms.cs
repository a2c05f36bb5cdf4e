using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Problems;
using RnnActors.Data.Tables;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>Applies a <see cref="ValueTransform"/> and undoes it.</summary>
internal static class ValueTransforms
{
    /// <returns>The values themselves if there is no transform.</returns>
    /// <inheritdoc cref="Apply(ValueTransform, ReadOnlySpan{double}, Table, Column, int)"/>
    public static double[] Apply(ValueTransform transform, double[] values, Table table, Column column) =>
        transform == ValueTransform.None ? values : Apply(transform, values.AsSpan(), table, column);

    /// <exception cref="InvalidInputException">A value is outside of the transform's domain.</exception>
    /// <param name="first">The row of the first value.</param>
    public static double[] Apply(ValueTransform transform, ReadOnlySpan<double> values, Table table, Column column, int first = 0)
    {
        double[] transformed = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            double value = values[i];
            if (!Takes(transform, value) && !double.IsNaN(value))
            {
                throw new InvalidInputException(
                    FormattableString.Invariant($"The value {value} in column '{column.Name}' has no {Name(transform)}"),
                    $"Set data.transforms.{column.Name}=none, or give values {Needed(transform)}",
                    table.At(first + i, column));
            }

            transformed[i] = Apply(transform, value);
        }

        return transformed;
    }

    /// <summary>Transforms one value.</summary>
    public static double Apply(ValueTransform transform, double value) => transform switch
    {
        ValueTransform.Log => PortableMath.Log(value),
        ValueTransform.Log1p => PortableMath.Log(1 + value),
        ValueTransform.Sqrt => Math.Sqrt(value),
        _ => value,
    };

    /// <summary>Whether a value is in the transform's domain.</summary>
    public static bool Takes(ValueTransform transform, double value) => transform switch
    {
        ValueTransform.Log => value > 0,
        ValueTransform.Log1p => value > -1,
        ValueTransform.Sqrt => value >= 0,
        _ => true,
    };

    /// <summary>Transforms a value back to its own unit.</summary>
    /// <param name="noiseVariance">
    /// 0 for the median. With normal noise around <paramref name="value"/>, exp and the square have the means exp(value + ½ variance) and value² + variance.
    /// </param>
    public static double Undo(ValueTransform transform, double value, double noiseVariance = 0) => transform switch
    {
        ValueTransform.Log => PortableMath.Exp(value + (0.5 * noiseVariance)),
        ValueTransform.Log1p => PortableMath.Exp(value + (0.5 * noiseVariance)) - 1,
        ValueTransform.Sqrt => (value < 0 ? 0 : value * value) + noiseVariance, // no square root is below 0
        _ => value,
    };

    private static string Name(ValueTransform transform) => transform == ValueTransform.Sqrt ? "square root" : "logarithm";

    private static string Needed(ValueTransform transform) => transform switch
    {
        ValueTransform.Log => "above 0",
        ValueTransform.Log1p => "above -1",
        _ => "0 or above",
    };
}
