using System.IO.Compression;
using System.Xml.Linq;

namespace RnnActors.EndToEnd.Tests.Packages;

/// <summary>What a package says of itself, and the files in it.</summary>
internal sealed class PackageFile
{
    private readonly XElement _about;

    private PackageFile(string path)
    {
        using var zip = ZipFile.OpenRead(path);
        Files = [.. zip.Entries.Select(entry => entry.FullName)];
        if (zip.GetEntry("README.md") is { } readme)
        {
            using StreamReader reader = new(readme.Open());
            Readme = reader.ReadToEnd();
        }

        using var stream = zip.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        _about = XDocument.Load(stream).Root!.Elements().Single();
    }

    public IReadOnlyList<string> Files { get; }

    /// <summary>What people read of it; null in a package of symbols.</summary>
    public string? Readme { get; }

    public string Id => this["id"];

    /// <summary>The ids and versions of the packages that it needs.</summary>
    public IReadOnlyList<(string Id, string Version)> Dependencies =>
        [.. _about.Descendants(_about.Name.Namespace + "dependency").Select(one => ((string)one.Attribute("id")!, (string)one.Attribute("version")!))];

    public string this[string name] => (string?)_about.Element(_about.Name.Namespace + name) ?? "";

    public static PackageFile Open(PackageFeed feed, string id, string extension = "nupkg") =>
        new(Path.Combine(feed.Packages, $"{id}.{feed.Version}.{extension}"));
}
