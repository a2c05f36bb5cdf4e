using System.Globalization;
using System.Numerics;

namespace RnnActors.Core.Tests.Golden;

/// <summary>Compares tensors value by value and names the element that differs most.</summary>
internal static class TensorAssert
{
    /// <summary>What float32 results of PyTorch are held to.</summary>
    public const double Absolute = 1e-5, Relative = 1e-4;

    /// <summary>
    /// |actual − expected| ≤ absolute + relative · |expected| for each element. An infinite value must be matched exactly; not-a-number never is.
    /// </summary>
    /// <param name="what">Names the tensor in the failure's message.</param>
    /// <param name="shape">The expected extents, so that the message can say where the element is; null for a flat index.</param>
    public static void Near<TExpected, TActual>(
        string what,
        ReadOnlySpan<TExpected> expected,
        ReadOnlySpan<TActual> actual,
        IReadOnlyList<int>? shape = null,
        double absolute = Absolute,
        double relative = Relative)
        where TExpected : INumber<TExpected>
        where TActual : INumber<TActual>
    {
        if (expected.Length != actual.Length) Xunit.Assert.Fail($"{what} has {actual.Length} values, not {expected.Length}.");
        int wrong = 0, worst = -1;
        double largestExcess = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double e = double.CreateChecked(expected[i]), a = double.CreateChecked(actual[i]);
            if (e == a) continue;
            bool finite = double.IsFinite(e) && double.IsFinite(a);
            double excess = finite ? Math.Abs(a - e) / (absolute + (relative * Math.Abs(e))) : double.PositiveInfinity;
            if (excess <= 1) continue;
            wrong++;
            if (excess > largestExcess) (largestExcess, worst) = (excess, i);
        }

        if (wrong > 0)
        {
            Xunit.Assert.Fail(string.Create(
                CultureInfo.InvariantCulture,
                $"{what}: {wrong} of {expected.Length} values differ; the worst is [{Place(worst, shape)}]: {actual[worst]:R} is not {expected[worst]:R} "
                + $"(tolerance {absolute:R} + {relative:R} · |expected|)."));
        }
    }

    private static string Place(int index, IReadOnlyList<int>? shape)
    {
        if (shape is null) return $"{index}";
        int[] place = new int[shape.Count];
        for (int d = shape.Count - 1; d >= 0; d--) (index, place[d]) = (index / shape[d], index % shape[d]);
        return string.Join(", ", place);
    }
}
