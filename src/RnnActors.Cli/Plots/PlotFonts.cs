using ScottPlot;
using SkiaSharp;

namespace RnnActors.Cli.Plots;

/// <summary>
/// The font of plots: Inter, Latin letters only (SIL Open Font License, in this folder). It is embedded in the program, since a container often has no font at
/// all. Titles in other scripts use a font of the machine that has their letters; if there is none, they show boxes.
/// </summary>
internal static class PlotFonts
{
    private const string Own = "RnnActors Inter";

    private static readonly Lazy<SKTypeface> Regular = new(() => Load("Inter-Regular.ttf"));
    private static readonly Lazy<SKTypeface> SemiBold = new(() => Load("Inter-SemiBold.ttf"));

    static PlotFonts() => ScottPlot.Fonts.FontResolvers.Insert(0, new Resolver());

    /// <summary>The name of a font that has all letters of these texts.</summary>
    public static string For(params IEnumerable<string> texts)
    {
        string letters = string.Concat(texts.SelectMany(text => text.Where(c => !char.IsControl(c))));
        if (letters.Length == 0 || Regular.Value.ContainsGlyphs(letters)) return Own;
        string installed = ScottPlot.Fonts.Detect(letters);
        return installed.Length > 0 ? installed : Own;
    }

    private static SKTypeface Load(string resource)
    {
        using Stream stream = typeof(PlotFonts).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The program was built without its font {resource}.");
        return SKTypeface.FromStream(stream);
    }

    private sealed class Resolver : IFontResolver
    {
        public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
            fontName != Own ? null : weight > FontWeight.Normal ? SemiBold.Value : Regular.Value;

        public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) =>
            CreateTypeface(fontName, bold ? FontWeight.Bold : FontWeight.Normal, FontSlant.Upright, FontSpacing.Normal);
    }
}
