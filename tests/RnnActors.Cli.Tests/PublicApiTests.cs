using System.Reflection;
using PublicApiGenerator;
using RnnActors.Tests;
using Xunit;

namespace RnnActors.Cli.Tests;

/// <summary>What programs that use the libraries can see of them. Whoever changes it says so, in <c>PublicApi.txt</c> beside the project.</summary>
public sealed class PublicApiTests
{
    private static readonly ApiGeneratorOptions Options = new() { IncludeAssemblyAttributes = false, TreatRecordsAsClasses = false };

    [Theory]
    [InlineData("RnnActors.Core")]
    [InlineData("RnnActors.Data")]
    [InlineData("RnnActors.Training")]
    [InlineData("RnnActors.Runs")]
    [InlineData("RnnActors.Interop")]
    public void The_public_interface_is_as_recorded(string project)
    {
        Assembly assembly = Assembly.Load(project);
        string text = assembly.GeneratePublicApi(Options).ReplaceLineEndings("\n") + "\n";
        RecordedFile.AssertIs($"src/{project}/PublicApi.txt", ArrayRanks.Restore(text, assembly));
    }
}
