using RnnActors.Tests;
using Xunit;

namespace RnnActors.Cli.Tests.Commands;

public sealed class CommandReferenceTests
{
    [Fact]
    public void The_reference_of_commands_is_as_recorded() => RecordedFile.AssertIs("src/RnnActors.Cli/Commands/README.md", CommandReference.Write());
}
