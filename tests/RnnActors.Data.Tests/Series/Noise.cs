namespace RnnActors.Data.Tests.Series;

/// <summary>Random series of a seed.</summary>
internal static class Noise
{
    /// <summary>Independent standard normal values.</summary>
    public static double[] White(int seed, int count)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
    }

    /// <summary>Their sums.</summary>
    public static double[] Walk(int seed, int count)
    {
        double[] x = White(seed, count);
        for (int i = 1; i < count; i++) x[i] += x[i - 1];
        return x;
    }
}
