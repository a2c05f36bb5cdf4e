namespace RnnActors.Cli.Html;

/// <summary>
/// How pages look: light or dark as the reader has it, for phones and for paper. Colours are of Okabe and Ito's palette, darkened or lightened until text and
/// lines stand out from their ground; lines differ by their dashes too.
/// </summary>
internal static class PageStyle
{
    private const string Resource = "page.css";

    private static readonly Lazy<string> Sheet = new(Load);

    public static string Text => Sheet.Value;

    private static string Load()
    {
        using Stream stream = typeof(PageStyle).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The program was built without {Resource}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
