using RnnActors.Cli.Display;
using Xunit;

namespace RnnActors.Cli.Tests.Display;

public sealed class WrappedWriterTests
{
    private static readonly string Sentence = string.Join(' ', Enumerable.Range(1, 60).Select(i => $"word{i}"));

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(120)]
    public void Lines_end_between_words_and_lose_none(int width)
    {
        string[] lines = Written(Sentence, width);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, width));
        Assert.All(lines[1..], line => Assert.StartsWith("  word", line, StringComparison.Ordinal));
        Assert.Equal(Sentence, string.Join(' ', lines.Select(line => line.Trim())));
    }

    [Fact]
    public void Commands_long_words_and_narrow_terminals_are_left_alone()
    {
        Assert.Equal(["    " + Sentence], Written("    " + Sentence, 80));
        Assert.Equal([Sentence], Written(Sentence, 0));
        string word = new('x', 200);
        Assert.Equal([word], Written(word, 80));
        Assert.Equal(["a", $"  {word}", "  b"], Written($"a {word} b", 80));
    }

    [Fact]
    public void What_follows_a_name_stands_behind_it() =>
        Assert.Equal(["name      " + new string('a', 30), "          " + new string('b', 30)],
            WrappedWriter.Wrap("name      " + new string('a', 30) + " " + new string('b', 30), 45, 10));

    private static string[] Written(string text, int width)
    {
        using var inner = new StringWriter { NewLine = "\n" };
        using (var writer = new WrappedWriter(inner, () => width)) writer.WriteLine(text);
        return inner.ToString().TrimEnd('\n').Split('\n');
    }
}
