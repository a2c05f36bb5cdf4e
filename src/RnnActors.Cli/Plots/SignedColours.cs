using ScottPlot;

namespace RnnActors.Cli.Plots;

/// <summary>
/// A diverging scale from blue over white to vermilion, for negative and positive values. Both are from Okabe and Ito's palette, and distinguishable with any
/// colour vision.
/// </summary>
/// <param name="isSigned">Whether there are negative values; if not, the scale begins with white at zero.</param>
internal sealed class SignedColours(bool isSigned) : IColormap
{
    public static readonly Color Raises = Color.FromHex("#D55E00"), Lowers = Color.FromHex("#0072B2");

    /// <summary>The share of a value between its stripes.</summary>
    private const double Between = 0.2;

    /// <summary>The minimum height of rows with horizontal stripes.</summary>
    public const int MinHeightOfStripes = 12;

    public string Name => "Signed";

    /// <summary>
    /// The value of a stripe. Negative values alternate between full and reduced stripes, so that they differ from positive ones without colours.
    /// </summary>
    /// <param name="stripe">The number of the stripe, from above.</param>
    public static double Striped(double value, int stripe) => value < 0 && stripe % 2 == 1 ? value * Between : value;

    /// <param name="position">0 for the lowest, 1 for the highest; zero is in the middle if there are negative values.</param>
    public Color GetColor(double position)
    {
        double share = Math.Clamp(position, 0, 1), signed = isSigned ? (2 * share) - 1 : share;
        return Colors.White.InterpolateRgb(signed < 0 ? Lowers : Raises, Math.Abs(signed));
    }
}
