using RnnActors.Cli.Processes;
using RnnActors.Data.Files;
using Xunit;

namespace RnnActors.Cli.Tests.Processes;

public sealed class InvocationTests
{
    [SkippableFact]
    public void Arguments_are_quoted_where_the_shell_needs_it()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no such quotes.");
        Assert.Equal("rnnactors train data.csv --target 'the price'", new Invocation("rnnactors").Of("train", "data.csv", "--target", "the price"));
        Assert.Equal("rnnactors train 'it'\\''s'", new Invocation("rnnactors").Of("train", "it's"));
    }

    [Fact]
    public void Paths_below_the_current_folder_are_shown_from_there() =>
        Assert.Equal(Path.Combine("runs", "a"), ShownPath.Of(Path.Combine(Directory.GetCurrentDirectory(), "runs", "a")));
}
