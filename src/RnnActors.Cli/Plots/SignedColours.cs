using ScottPlot;

namespace RnnActors.Cli.Plots;

/// <summary>From blue over white to vermilion, two colours of Okabe and Ito's palette that people
/// with any colour vision tell apart: what lowers, and what raises.</summary>
/// <param name="isSigned">Whether there are numbers below zero; where there are none, the scale begins with white at zero.</param>
internal sealed class SignedColours(bool isSigned) : IColormap
{
    public static readonly Color Raises = Color.FromHex("#D55E00"), Lowers = Color.FromHex("#0072B2");

    /// <summary>What is left of a number between its stripes.</summary>
    private const double Between = 0.2;

    /// <summary>Lower rows have no room for two stripes along them.</summary>
    public const int MinHeightOfStripes = 12;

    public string Name => "Signed";

    /// <summary>A number below zero is drawn in stripes of itself and of less, so that it is told from one above without colours.</summary>
    /// <param name="stripe">Which stripe, from above.</param>
    public static double Striped(double value, int stripe) => value < 0 && stripe % 2 == 1 ? value * Between : value;

    /// <param name="position">0 for the lowest, 1 for the highest; zero is in the middle where there are numbers below it.</param>
    public Color GetColor(double position)
    {
        double share = Math.Clamp(position, 0, 1), signed = isSigned ? (2 * share) - 1 : share;
        return Colors.White.InterpolateRgb(signed < 0 ? Lowers : Raises, Math.Abs(signed));
    }
}
