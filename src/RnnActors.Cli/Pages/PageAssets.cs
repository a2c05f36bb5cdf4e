using System.Collections.Frozen;
using System.Text;
using RnnActors.Cli.Html;

namespace RnnActors.Cli.Pages;

/// <summary>A file of the page.</summary>
internal sealed record PageAsset(string ContentType, byte[] Content);

/// <summary>The files of the page by their paths. They are embedded in the program; nothing comes from another host.</summary>
internal static class PageAssets
{
    private static readonly Lazy<FrozenDictionary<string, PageAsset>> Files = new(() => new Dictionary<string, PageAsset>
    {
        ["/"] = new("text/html; charset=utf-8", Load("live.html")),
        ["/page.css"] = new("text/css; charset=utf-8", [.. Encoding.UTF8.GetBytes(PageStyle.Text), .. Load("live.css")]),
        ["/charts.js"] = new("text/javascript; charset=utf-8", Load("charts.js")),
        ["/live.js"] = new("text/javascript; charset=utf-8", Load("live.js")),
        ["/uplot.js"] = new("text/javascript; charset=utf-8", Load("uPlot.iife.min.js")),
        ["/uplot.css"] = new("text/css; charset=utf-8", Load("uPlot.min.css")),
        ["/uplot.licence.txt"] = new("text/plain; charset=utf-8", Load("uPlot.LICENSE.txt")),
    }.ToFrozenDictionary(StringComparer.Ordinal));

    public static IEnumerable<string> Paths => Files.Value.Keys;

    public static PageAsset? Find(string path) => Files.Value.GetValueOrDefault(path);

    private static byte[] Load(string name)
    {
        using Stream stream = typeof(PageAssets).Assembly.GetManifestResourceStream($"Assets/{name}")
            ?? throw new InvalidOperationException($"The program was built without {name}.");
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
