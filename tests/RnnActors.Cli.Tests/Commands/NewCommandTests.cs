using System.Text.Json.Nodes;
using RnnActors.Data.Specifications;
using Xunit;

namespace RnnActors.Cli.Tests.Commands;

public sealed class NewCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("forecast")]
    [InlineData("language-model")]
    public async Task A_template_is_a_specification_of_its_task(string name)
    {
        string path = _folder.File("spec.json");
        var made = await CommandRun.OfAsync("new", name, path);

        Assert.Equal(0, made.Code);
        Assert.Contains($"train {path}", made.Output, StringComparison.Ordinal);
        Assert.Equal(name, RunSpecification.Load(path).Task.Name);
    }

    [Fact]
    public async Task A_file_is_not_overwritten()
    {
        string path = _folder.Write("spec.json", "mine");

        Assert.Equal(2, (await CommandRun.OfAsync("new", "forecast", path)).Code);
        Assert.Equal("mine", File.ReadAllText(path));
    }

    [Fact]
    public async Task The_schema_is_JSON() => Assert.NotNull(JsonNode.Parse((await CommandRun.OfAsync("schema")).Output)!["properties"]);
}
