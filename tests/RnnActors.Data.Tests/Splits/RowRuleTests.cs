using RnnActors.Core.Problems;
using RnnActors.Data.Splits;
using Xunit;

namespace RnnActors.Data.Tests.Splits;

public class RowRuleTests
{
    private static readonly Dictionary<string, string> Row = new()
    {
        ["take"] = "4",
        ["line"] = "23",
        ["speaker"] = "theo",
        ["empty"] = "",
        ["two words"] = "x",
    };

    [Theory]
    [InlineData("take < 5", true)]
    [InlineData("take >= 5", false)]
    [InlineData("take<=4", true)]
    [InlineData("take > 4", false)]
    [InlineData("take == 4.0", true)]
    [InlineData("take != 4", false)]
    [InlineData("line % 10 == 3", true)]
    [InlineData("line%10=4", false)]
    [InlineData("speaker == theo", true)]
    [InlineData("speaker = 'theo'", true)]
    [InlineData("speaker != theo", false)]
    [InlineData("speaker == 4", false)]
    [InlineData("speaker == jackson or take < 5", true)]
    [InlineData("speaker == theo and take < 4", false)]
    [InlineData("speaker == jackson and take < 5 or line % 2 == 1", true)]
    [InlineData("two words == x && take == 4", true)]
    [InlineData("empty != ''", false)]
    public void A_row_follows_it_or_not(string rule, bool holds) => Assert.Equal(holds, RowRule.Parse(rule).Holds(field => Row[field]));

    [Theory]
    [InlineData("take", "is no rule for rows")]
    [InlineData("take < ", "is no rule for rows")]
    [InlineData("take < five", "is no number")]
    [InlineData("line % 0 == 1", "divides by 0")]
    [InlineData("take < 5 and", "is no rule for rows")]
    public void What_is_no_rule_is_refused(string rule, string problem) =>
        Assert.Contains(problem, Assert.Throws<InvalidInputException>(() => RowRule.Parse(rule)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_text_that_is_compared_as_a_number_is_refused() => Assert.Contains(
        "the field speaker is \"theo\", which is no number",
        Assert.Throws<InvalidInputException>(() => RowRule.Parse("speaker < 5").Holds(field => Row[field])).Message, StringComparison.Ordinal);
}
