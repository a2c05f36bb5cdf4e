using System.Text.Json;
using CsCheck;
using RnnActors.Core.Problems;
using RnnActors.Core.Specifications;
using Xunit;

namespace RnnActors.Core.Tests.Specifications;

public class SourceParserTests
{
    [Fact]
    public void Every_value_knows_its_path_line_and_column()
    {
        SourceNode node = SourceParser.Parse("{\n  // a comment\n  \"é\": 1, \"b\": [true,\n    {\"c\": \"x\"}],\n}\n", "a.json");

        Assert.Equal("a.json:3:8", node["é"]!.Where.ToString());
        Assert.Equal("a.json:3:11", node.Members[1].Where.ToString());
        Assert.Equal("a.json:4:11", node["b"]!.Items[1]["c"]!.Where.ToString());
        Assert.Equal("b.1.c", node["b"]!.Items[1]["c"]!.Path);
    }

    [Theory]
    [InlineData("", "a.json: the file is empty")]
    [InlineData(" \n", "a.json: the file is empty")]
    [InlineData("date,price\n1,2", "a.json:1:1: this is not JSON")]
    [InlineData("{\n \"a\": 1\n \"b\": 2 }", "a.json:3:2: this is not JSON")]
    [InlineData("{ \"a\": 1 } x", "a.json:1:12: this is not JSON")]
    [InlineData("{ \"a\": [1, 2 }", "a.json:1:14: this is not JSON")]
    [InlineData("{ \"a\": NaN }", "a.json:1:8: this is not JSON")]
    [InlineData("{\"a\": 1,\n \"a\": 2}", "a.json:2:2: the key \"a\" is given twice, first at line 1")]
    [InlineData("\"\\ud800\"", "a.json:1:1: this string escapes half")]
    public void What_is_not_json_is_refused_with_its_place(string text, string expected)
    {
        var problem = Assert.Throws<InvalidInputException>(() => SourceParser.Parse(text, "a.json"));
        Assert.StartsWith(expected, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        Assert.Throws<InvalidInputException>(() => SourceParser.Parse(new string('[', 100_000), "a.json"));
    }

    [Fact]
    public void Any_text_is_read_or_refused()
    {
        Gen.Char["{}[]\",:1e-tfn\\u0 \n/*é\uD83D"].Array[0, 30].Sample(characters =>
        {
            try
            {
                SourceParser.Parse(new string(characters), "a.json");
            }
            catch (InvalidInputException problem)
            {
                Assert.StartsWith("a.json", problem.Message, StringComparison.Ordinal);
            }
        });
    }

    [Fact]
    public void A_value_of_an_override_is_json_or_a_string()
    {
        Assert.Equal(JsonValueKind.Number, Override.Parse("a.b=0.5").Value.Kind);
        Assert.Equal(JsonValueKind.Array, Override.Parse("a.b=[1,2]").Value.Kind);
        Assert.Equal("de-DE", Override.Parse("a.b=de-DE").Value.Text);
        Assert.Equal("", Override.Parse("a.b=").Value.Text);
        Assert.Equal("x=y", Override.Parse("a.b=x=y").Value.Text);
    }

    [Theory]
    [InlineData("training.batch")]
    [InlineData("=3")]
    [InlineData("a..b=3")]
    public void An_override_without_a_path_or_a_value_is_refused(string text)
    {
        var problem = Assert.Throws<InvalidInputException>(() => Override.Parse(text));
        Assert.StartsWith($"--set {text}: ", problem.Message, StringComparison.Ordinal);
    }
}
