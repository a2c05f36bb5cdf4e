using Xunit;

namespace RnnActors.EndToEnd.Tests;

/// <summary>Tests that compile or restore, which takes the whole machine. They run one after another, and beside nothing else.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class BuildCollection
{
    public const string Name = "build";
}
