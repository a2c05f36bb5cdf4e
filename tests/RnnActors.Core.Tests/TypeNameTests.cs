using System.Text.RegularExpressions;
using Xunit;

namespace RnnActors.Core.Tests;

/// <summary>A name is one thing in all projects, so that whoever searches for it finds that. Types inside others are left out.</summary>
public partial class TypeNameTests
{
    [Fact]
    public void No_two_types_share_a_name()
    {
        var declared = Repository.Files(Path.Combine(Repository.Root, "src"), "*.cs").SelectMany(path => File.ReadLines(path)
            .Select(line => Declaration().Match(line)).Where(found => found.Success)
            .Select(found => (Name: found.Groups[1].Value, Folder: Path.GetRelativePath(Repository.Root, Path.GetDirectoryName(path)!)))).ToArray();
        Assert.True(declared.Length > 500, $"Only {declared.Length} types were found.");
        var shared = declared.GroupBy(type => type.Name).Select(group => (group.Key, Folders: group.Select(type => type.Folder).Distinct().ToArray()))
            .Where(name => name.Folders.Length > 1).Select(name => $"{name.Key}: {string.Join(", ", name.Folders)}");
        Assert.Empty(shared);
    }

    [GeneratedRegex(@"^(?:public|internal) .*\b(?:class|struct|record|interface|enum|delegate) (\w+)")]
    private static partial Regex Declaration();
}
