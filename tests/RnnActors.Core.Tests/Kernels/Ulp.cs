namespace RnnActors.Core.Tests.Kernels;

/// <summary>Errors in units of the last place.</summary>
internal static class Ulp
{
    private const double SmallestNormal = 1.1754943508222875e-38;

    /// <summary>|actual - exact| in units of the last place of a float near
    /// <paramref name="exact"/>. Both infinite with one sign, or both not a number: 0.</summary>
    public static double Error(float actual, double exact)
    {
        if (double.IsNaN(exact) || float.IsNaN(actual)) return double.IsNaN(exact) && float.IsNaN(actual) ? 0 : double.PositiveInfinity;
        if (Math.Abs(exact) > float.MaxValue * (1 + 2e-8)) return actual == (float)exact ? 0 : double.PositiveInfinity;
        if (float.IsInfinity(actual)) return double.PositiveInfinity;
        double magnitude = Math.Max(Math.Abs(exact), SmallestNormal);
        double unit = Math.ScaleB(1, Math.ILogB(magnitude) - 23);
        return Math.Abs(actual - exact) / unit;
    }

    public static double Error(double actual, double exact)
    {
        if (actual.Equals(exact)) return 0;
        return Math.Abs(actual - exact) / (Math.BitIncrement(Math.Abs(exact)) - Math.Abs(exact));
    }
}
