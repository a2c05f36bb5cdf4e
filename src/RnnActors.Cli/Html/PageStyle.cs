using System.Text.RegularExpressions;

namespace RnnActors.Cli.Html;

/// <summary>
/// The style of pages: light or dark by the reader's setting, for phones and for paper. Colours are from Okabe and Ito's palette, adjusted until text and lines
/// contrast with the background; lines also differ in dashes.
/// </summary>
internal static partial class PageStyle
{
    private static readonly Lazy<string> Charts = new(() => Load("chart.css"));

    private static readonly Lazy<string> Sheet = new(() => Load("page.css") + Charts.Value);

    private static readonly Lazy<string> Plain = new(() =>
    {
        string light = Sheet.Value[..Sheet.Value.IndexOf('}', StringComparison.Ordinal)];
        var colours = Definition().Matches(light).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        return Use().Replace(Charts.Value, match => colours[match.Groups[1].Value]);
    });

    public static string Text => Sheet.Value;

    /// <summary>The light style of charts, for programs without CSS variables.</summary>
    public static string OfCharts => Plain.Value;

    private static string Load(string name)
    {
        using Stream stream = typeof(PageStyle).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The program was built without {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex("--(\\w+):([^;}]+)")]
    private static partial Regex Definition();

    [GeneratedRegex("var\\(--(\\w+)\\)")]
    private static partial Regex Use();
}
