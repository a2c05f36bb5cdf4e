using Xunit;

namespace RnnActors.EndToEnd.Tests.Readme;

/// <summary>Every marked block of README.md does what it says.</summary>
[TestCaseOrderer("RnnActors.EndToEnd.Tests.Readme.InDocumentOrder", "RnnActors.EndToEnd.Tests")]
public sealed class ReadmeTests(DocumentFolder folder) : IClassFixture<DocumentFolder>
{
    private static readonly Lazy<IReadOnlyList<MarkedBlock>> Blocks = new(
        () => MarkedBlock.ReadAll(File.ReadAllText(Path.Combine(DocumentFolder.Repository, "README.md"))));

    public static IEnumerable<object[]> Marked => Blocks.Value.Select(block => new object[] { block.Line, $"{block.Language} {block.Use} {block.Argument}".TrimEnd() });

    [SkippableTheory]
    [MemberData(nameof(Marked))]
    public void The_block_does_what_it_says(int line, string what)
    {
        Assert.NotEmpty(what);
        folder.Try(Blocks.Value.Single(block => block.Line == line));
    }
}
