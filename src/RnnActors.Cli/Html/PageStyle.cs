using System.Text.RegularExpressions;

namespace RnnActors.Cli.Html;

/// <summary>
/// How pages look: light or dark as the reader has it, for phones and for paper. Colours are of Okabe and Ito's palette, darkened or lightened until text and
/// lines stand out from their ground; lines differ by their dashes too.
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

    /// <summary>The lines of charts by light, for programs that know no variables in style sheets.</summary>
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
