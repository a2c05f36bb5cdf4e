using ScottPlot;

namespace RnnActors.Cli.Plots;

/// <summary>From blue over white to vermilion, two colours of Okabe and Ito's palette that people
/// with any colour vision tell apart: what lowers, and what raises.</summary>
internal sealed class SignedColours : IColormap
{
    public static readonly Color Raises = Color.FromHex("#D55E00"), Lowers = Color.FromHex("#0072B2");

    public string Name => "Signed";

    /// <param name="position">0 for the lowest, ½ for zero, 1 for the highest.</param>
    public Color GetColor(double position)
    {
        double signed = (2 * Math.Clamp(position, 0, 1)) - 1;
        return Colors.White.InterpolateRgb(signed < 0 ? Lowers : Raises, Math.Abs(signed));
    }
}
