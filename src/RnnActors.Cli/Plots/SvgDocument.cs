using System.Text;
using System.Xml;
using System.Xml.Linq;
using SkiaSharp;

namespace RnnActors.Cli.Plots;

/// <summary>A drawing as a self-contained SVG: it scales, has its title, names fallback fonts, and keeps cells sharp.</summary>
internal static class SvgDocument
{
    private static readonly XNamespace Space = "http://www.w3.org/2000/svg";

    public static byte[] Of(Drawing drawing)
    {
        drawing.LeaveOutDashes();
        using var painted = new MemoryStream();
        using (SKCanvas canvas = SKSvgCanvas.Create(SKRect.Create(drawing.Width, drawing.Height), painted)) drawing.PaintOn(canvas);
        XElement svg = Read(painted.ToArray());
        svg.SetAttributeValue("viewBox", FormattableString.Invariant($"0 0 {drawing.Width} {drawing.Height}"));
        svg.SetAttributeValue("role", "img");
        svg.AddFirst(new XElement(Space + "title", Harmless(drawing.Title)));
        foreach (XElement element in svg.Descendants().ToArray())
        {
            // Fallbacks for machines without Inter.
            if (element.Attribute("font-family") is { } font) font.Value += ", system-ui, sans-serif";
            // Otherwise viewers blur the cells of a heat map into each other.
            if (element.Name == Space + "image") element.SetAttributeValue("style", "image-rendering:pixelated");
            if (element.Name != Space + "text") continue;
            element.Value = Harmless(element.Value).Trim();
            // Lists of letter positions end with a comma, which makes them invalid.
            foreach (XAttribute place in element.Attributes().Where(attribute => attribute.Name.LocalName is "x" or "y"))
                place.Value = place.Value.Trim(' ', ',');
        }

        using var written = new MemoryStream();
        using (var writer = XmlWriter.Create(written, new XmlWriterSettings { Encoding = new UTF8Encoding(false) })) svg.Save(writer);
        return written.ToArray();
    }

    private static XElement Read(byte[] painted)
    {
        // Characters of user texts that are not allowed in documents are passed through by Skia.
        string text = Harmless(Encoding.UTF8.GetString(painted));
        using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { CheckCharacters = false, DtdProcessing = DtdProcessing.Prohibit });
        return XElement.Load(reader);
    }

    private static string Harmless(string text)
    {
        if (text.All(XmlConvert.IsXmlChar)) return text;
        var harmless = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i])) harmless.Append(text[i]).Append(text[++i]);
            else harmless.Append(XmlConvert.IsXmlChar(text[i]) ? text[i] : '\uFFFD');
        }

        return harmless.ToString();
    }
}
