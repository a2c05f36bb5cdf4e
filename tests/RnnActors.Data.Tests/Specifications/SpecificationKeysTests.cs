using RnnActors.Core.Problems;
using RnnActors.Data.Specifications;
using RnnActors.Tests;
using Xunit;

namespace RnnActors.Data.Tests.Specifications;

public sealed class SpecificationKeysTests
{
    private static readonly SpecificationKeys Keys = new();

    [Fact]
    public void A_change_goes_on_by_the_keys_below() =>
        Assert.Equal(["task=", "data.", "model.", "training.", "checkpoint."], Keys.Complete(""));

    [Theory]
    [InlineData("training.ba", "training.batch=")]
    [InlineData("training.optimizer.adamW.w", "training.optimizer.adamW.weightDecay=")]
    [InlineData("training.schedule=cos", "training.schedule=cosine")]
    [InlineData("data.layout=", "data.layout=long", "data.layout=columns", "data.layout=rows")]
    [InlineData("model.3.gr", "model.3.gru=")]
    [InlineData("model.encoder.0.embed", "model.encoder.0.embedding=")]
    [InlineData("training.nothing.")]
    [InlineData("training.batch=")]
    public void A_change_that_was_begun_goes_on_so(string begun, params string[] expected) =>
        Assert.Equal(expected.Order(StringComparer.Ordinal), Keys.Complete(begun).Order(StringComparer.Ordinal));

    /// <summary>A change may be refused for what it says, never because no task has heard of its key or word. What layers take is their own.</summary>
    [Fact]
    public void Every_change_that_is_offered_is_one_that_a_task_understands()
    {
        string[] changes = [.. new[] { "data.", "training.", "checkpoint." }.SelectMany(begun => Paths(begun, depth: 3)).SelectMany(Keys.Complete).Distinct()];
        Assert.True(changes.Length > 80, $"{changes.Length}");
        string[] unheard = [.. changes.Where(change => !TaskKinds.All.Any(kind => Understands(kind.Template, change)))];
        Assert.Empty(unheard);
    }

    [Fact]
    public void The_reference_of_keys_is_as_recorded() => RecordedFile.AssertIs("src/RnnActors.Data/Specifications/README.md", KeyReference.Write());

    private static bool Understands(string template, string change)
    {
        try
        {
            RunSpecification.Parse(template, "a.json", "", [change]);
            return true;
        }
        catch (InvalidInputException problem)
        {
            return !problem.Message.Contains("unknown ", StringComparison.Ordinal);
        }
    }

    /// <summary>All that sets a value.</summary>
    private static IEnumerable<string> Paths(string begun, int depth) => Keys.Complete(begun)
        .SelectMany(path => path.EndsWith('=') ? [path] : depth > 1 ? Paths(path, depth - 1) : []);
}
