using Xunit;

namespace RnnActors.Core.Tests.Reference;

/// <summary>A gradient against central differences of the loss, variable by variable, in double.</summary>
internal static class FiniteDifference
{
    /// <summary>The differences' own error is about 1e-10 with this step.</summary>
    private const double Step = 1e-5, Absolute = 1e-7, Relative = 1e-6;

    /// <summary>A kink nearer than this to a value gives differences that are no derivative.</summary>
    public const double MinKink = 1e-3;

    /// <param name="variables">What <paramref name="loss"/> reads; each is moved and put back.</param>
    public static void Check(string what, double[] variables, double[] gradient, Func<double> loss)
    {
        Assert.Equal(variables.Length, gradient.Length);
        for (int i = 0; i < variables.Length; i++)
        {
            int at = i;
            Compare($"{what}[{i}]", gradient[i], variables[i], value => variables[at] = value, loss);
        }
    }

    /// <inheritdoc cref="Check(string, double[], double[], Func{double})"/>
    public static void Check(string what, double[,] variables, double[,] gradient, Func<double> loss)
    {
        Assert.Equal((variables.GetLength(0), variables.GetLength(1)), (gradient.GetLength(0), gradient.GetLength(1)));
        for (int i = 0; i < variables.GetLength(0); i++)
        {
            for (int j = 0; j < variables.GetLength(1); j++)
            {
                (int row, int column) = (i, j);
                Compare($"{what}[{i}, {j}]", gradient[i, j], variables[i, j], value => variables[row, column] = value, loss);
            }
        }
    }

    private static void Compare(string what, double gradient, double before, Action<double> set, Func<double> loss)
    {
        set(before + Step);
        double above = loss();
        set(before - Step);
        double difference = (above - loss()) / (2 * Step);
        set(before);
        if (!(Math.Abs(gradient - difference) <= Absolute + (Relative * Math.Abs(difference))))
            Assert.Fail($"The gradient of {what} is {gradient:R}, the difference {difference:R}.");
    }
}
