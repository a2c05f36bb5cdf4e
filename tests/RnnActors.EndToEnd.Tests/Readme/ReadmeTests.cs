using Xunit;

namespace RnnActors.EndToEnd.Tests.Readme;

/// <summary>Every marked block of the READMEs does what it says.</summary>
[TestCaseOrderer("RnnActors.EndToEnd.Tests.Readme.InDocumentOrder", "RnnActors.EndToEnd.Tests")]
public sealed class ReadmeTests(DocumentFolders folders) : IClassFixture<DocumentFolders>
{
    private static readonly string[] Documents =
    [
        "README.md", "deploy/README.md", "src/README.md", "src/RnnActors.Core/README.md",
        "src/RnnActors.Data/README.md", "src/RnnActors.Runs/README.md", "src/RnnActors.Cli/README.md",
        "src/RnnActors.Cli/Examples/README.md", "src/RnnActors.Interop/README.md", "src/RnnActors.Training/README.md",
    ];

    private static readonly Lazy<IReadOnlyDictionary<string, IReadOnlyList<MarkedBlock>>> Blocks = new(
        () => Documents.ToDictionary(document => document,
        document => MarkedBlock.ReadAll(File.ReadAllText(Path.Combine(DocumentFolder.Repository, document)))));

    public static IEnumerable<object[]> Marked => Documents.SelectMany(
        document => Blocks.Value[document].Select(block => new object[] { document, block.Line, $"{block.Language} {block.Use} {block.Argument}".TrimEnd() }));

    /// <summary>Those that commands write are recorded by tests of their own; the tests' tells how to run them.</summary>
    [Fact]
    public void Every_document_is_read_and_each_of_its_examples_is_run_or_says_why_not()
    {
        string[] projects = Directory.GetDirectories(Path.Combine(DocumentFolder.Repository, "src"));
        string[] folders = ["src", .. projects.Select(project => $"src/{Path.GetFileName(project)}"), "deploy"];
        Assert.All(folders.Select(folder => $"{folder}/README.md"), document => Assert.Contains(document, Documents));
        Assert.Empty(Documents.SelectMany(document => MarkedBlock.Unmarked(File.ReadAllText(Path.Combine(DocumentFolder.Repository, document)))
            .Select(line => $"{document}:{line}")));
    }

    [SkippableTheory]
    [MemberData(nameof(Marked))]
    public void The_block_does_what_it_says(string document, int line, string what)
    {
        Assert.NotEmpty(what);
        folders.Of(document).Try(Blocks.Value[document].Single(block => block.Line == line));
    }
}
