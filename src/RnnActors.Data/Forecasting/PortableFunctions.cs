namespace RnnActors.Data.Forecasting;

/// <summary>The functions that prepare what the network reads. What must be the same bits on every machine is made of + - * / and the square root.</summary>
internal static class PortableFunctions
{
    private const double Pi = 3.14159265358979323846;

    public static double Log(double x) => Math.Log(x);

    public static double Exp(double x) => Math.Exp(x);

    /// <summary>sin and cos of 2π · <paramref name="turns"/>, for turns from 0 up to 1; within 4e-16.</summary>
    public static (double Sin, double Cos) SineCosine(double turns)
    {
        int quarter = (int)((turns * 4) + 0.5); // the nearest quarter turn; what is left is within π/4
        double angle = (turns - (quarter / 4.0)) * 2 * Pi;
        double squared = angle * angle;

        // Taylor's series in Horner's form; the first term left out is below 1e-17 at π/4.
        double sine = 0, cosine = 0;
        for (int n = 17; n >= 1; n -= 2)
        {
            sine = 1 - (sine * squared / ((n + 1) * (n + 2)));
            cosine = 1 - (cosine * squared / (n * (n + 1)));
        }

        sine *= angle;
        return (quarter & 3) switch
        {
            0 => (sine, cosine),
            1 => (cosine, -sine),
            2 => (-sine, -cosine),
            _ => (-cosine, sine),
        };
    }
}
