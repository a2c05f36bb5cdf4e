using Xunit;

namespace RnnActors.Core.Tests;

/// <summary>Code has 160 columns, Markdown and the programs in it 110. Texts of several lines, tables and output are as long as they have to be.</summary>
public sealed class LineLengthTests
{
    private static readonly string[] Programs = ["sh", "csharp"];

    [Fact]
    public void No_line_of_code_is_longer_than_160_columns() => AssertNone("*.cs", "\"\"\"", 160, _ => false);

    [Fact]
    public void No_line_of_Markdown_is_longer_than_110_columns() =>
        AssertNone("*.md", "```", 110, opening => Programs.Contains(opening.Trim().TrimStart('`')));

    [Fact]
    public void The_README_has_at_most_220_lines() =>
        Assert.InRange(File.ReadLines(Path.Combine(Repository.Root, "README.md")).Count(), 60, 220);

    /// <param name="fence">Opens and closes what is left out.</param>
    /// <param name="isProgram">Whether what a line opens is looked at all the same.</param>
    private static void AssertNone(string pattern, string fence, int columns, Predicate<string> isProgram)
    {
        var longer = new List<string>();
        foreach (string path in Repository.Files(pattern))
        {
            bool isFenced = false, isLookedAt = true;
            foreach (var (i, line) in File.ReadLines(path).Index())
            {
                if (isLookedAt && line.Length > columns && !line.TrimStart().StartsWith('|')) longer.Add($"{path}:{i + 1} has {line.Length}");
                if ((line.Split(fence).Length - 1) % 2 == 0) continue;
                isFenced = !isFenced;
                isLookedAt = !isFenced || isProgram(line);
            }
        }

        Assert.Empty(longer);
    }
}
