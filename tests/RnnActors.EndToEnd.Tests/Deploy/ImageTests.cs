using System.Xml.Linq;
using RnnActors.EndToEnd.Tests.Readme;
using Xunit;

namespace RnnActors.EndToEnd.Tests.Deploy;

public sealed class ImageTests
{
    private readonly DockerfileText _dockerfile = new();

    [Fact]
    public void The_health_check_is_the_program_itself_since_the_image_has_no_shell() =>
        Assert.Equal(_dockerfile.EntryPoint, _dockerfile.HealthCheck[..1]);

    [Fact]
    public void The_images_are_of_the_version_that_the_projects_target()
    {
        string target = XDocument.Load(Path.Combine(DocumentFolder.Repository, "Directory.Build.props")).Descendants("TargetFramework").Single().Value;
        Assert.All(_dockerfile.BaseImages, image => Assert.Contains($":{target["net".Length..]}-", image, StringComparison.Ordinal));
        Assert.Equal(2, _dockerfile.BaseImages.Count());
    }

    [Fact]
    public void The_build_is_given_every_file_that_the_projects_share()
    {
        string[] kept = [.. File.ReadAllLines(Path.Combine(DocumentFolder.Repository, ".dockerignore")).Where(line => line.StartsWith('!'))
            .Select(line => line[1..])];
        Assert.All(kept, path => Assert.True(Path.Exists(Path.Combine(DocumentFolder.Repository, path)), path));
        string[] shared = [".editorconfig", "global.json",
            .. Directory.GetFiles(DocumentFolder.Repository, "Directory.*").Select(path => Path.GetFileName(path))];
        Assert.All(shared, path => Assert.Contains(path, kept));
    }
}
