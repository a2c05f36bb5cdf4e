using Xunit;

namespace RnnActors.Core.Tests;

/// <summary>Code has 160 columns, Markdown 110. Raw string literals, tables and blocks of code are as long as they have to be.</summary>
public sealed class LineLengthTests
{
    [Fact]
    public void No_line_of_code_is_longer_than_160_columns() => AssertNone("*.cs", "\"\"\"", 160);

    [Fact]
    public void No_line_of_Markdown_is_longer_than_110_columns() => AssertNone("*.md", "```", 110);

    /// <summary>Lines between two fences, lines with one, and rows of tables are left out.</summary>
    private static void AssertNone(string pattern, string fence, int columns)
    {
        var longer = new List<string>();
        foreach (string path in Repository.Files(pattern))
        {
            bool isFenced = false;
            foreach (var (i, line) in File.ReadLines(path).Index())
            {
                int fences = line.Split(fence).Length - 1;
                if (!isFenced && fences == 0 && line.Length > columns && !line.TrimStart().StartsWith('|')) longer.Add($"{path}:{i + 1} has {line.Length}");
                if (fences % 2 == 1) isFenced = !isFenced;
            }
        }

        Assert.Empty(longer);
    }
}
