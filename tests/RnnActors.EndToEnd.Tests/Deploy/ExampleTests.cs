using RnnActors.EndToEnd.Tests.Processes;
using RnnActors.EndToEnd.Tests.Readme;
using Xunit;

namespace RnnActors.EndToEnd.Tests.Deploy;

public sealed class ExampleTests : IDisposable
{
    private readonly Workplace _at = new();

    public void Dispose() => _at.Dispose();

    [Fact]
    public void The_example_trains_as_it_stands()
    {
        string specification = Path.Combine(DocumentFolder.Repository, "deploy", "example", "coriolanus.jsonc");
        var done = Rnnactors.RunToDone(_at.Path, "train", specification, "--max-steps", "2", "--out", "run", "--no-plot");
        Assert.Equal(2, done["steps"]!.GetValue<int>());
    }
}
