using RnnActors.Core.Problems;
using RnnActors.Training.Client;
using RnnActors.Training.Protocol;
using Xunit;

namespace RnnActors.Training.Tests.Client;

public class RunNamesTests
{
    private static readonly RunSummary[] Runs =
    [
        Run("aaaa1111aaaa1111", "airline"), Run("aaaa2222aaaa2222", "words"), Run("bbbb3333bbbb3333", "words"), Run("abcd4444abcd4444", "aaaa1"),
    ];

    [Theory]
    [InlineData("airline", 0)]
    [InlineData("aaaa2222aaaa2222", 1)]
    [InlineData("AAAA2", 1)]
    [InlineData("b", 2)]
    public void A_run_is_known_by_its_id_how_it_begins_or_its_name(string named, int meant) => Assert.Equal(Runs[meant], RunNames.Find(Runs, named));

    [Theory]
    [InlineData("words", "may be words (aaaa2222, running) or words (bbbb3333, running)")]
    [InlineData("aaaa", "airline (aaaa1111")]
    [InlineData("aaaa1", "aaaa1 (abcd4444")]
    [InlineData("airlin", "Did you mean airline")]
    [InlineData("", "has no run ''")]
    public void Any_other_name_is_refused_with_what_may_be_meant(string named, string expected) =>
        Assert.Contains(expected, Assert.Throws<InvalidInputException>(() => RunNames.Find(Runs, named)).Message, StringComparison.Ordinal);

    private static RunSummary Run(string id, string name) => new(id, name, RunSummary.Running, 0, 0, 0, 0, 0);
}
