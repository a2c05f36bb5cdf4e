using Xunit;
using Xunit.Sdk;

namespace RnnActors.EndToEnd.Tests.Readme;

/// <summary>The test of the README can fail.</summary>
public sealed class DocumentFolderTests : IDisposable
{
    private readonly DocumentFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Marked_blocks_are_found_with_their_output()
    {
        var blocks = MarkedBlock.ReadAll("""
            # Title
            ```sh
            not marked
            ```
            <!-- test: file a.json -->
            ```jsonc
            { }
            ```
            <!-- test: run needs RNNACTORS_DATA -->
            ```sh
            one \
              two
            # comment
            three
            ```

            It prints
            <!-- test: output -->
            ```text
            a … b

              c
            ```
            """);
        Assert.Equal([(BlockUse.File, "a.json", "jsonc", 6), (BlockUse.Run, "RNNACTORS_DATA", "sh", 10)],
            blocks.Select(b => (b.Use, b.Argument, b.Language, b.Line)));
        Assert.Equal(["one    two", "three"], blocks[1].Commands);
        Assert.Equal(["a … b", "c"], blocks[1].ExpectedLines);
        Assert.Null(blocks[1].FirstMissing("x\na 12 b\ny\n   c\n"));
        Assert.Equal("c", blocks[1].FirstMissing("c\na 12 b\n"));
        Assert.Equal("a … b", blocks[1].FirstMissing("a 12 b and more\nc"));
    }

    [Fact]
    public void An_example_without_a_mark_is_found_and_one_that_is_not_run_has_its_reason()
    {
        const string Text = "<!-- test: skip it needs a cluster -->\n```sh\none\n```\n\n```csharp\ntwo();\n```\n\n```text\nno example\n```\n";
        Assert.Equal([6], MarkedBlock.Unmarked(Text));
        Assert.Equal((BlockUse.Skip, "it needs a cluster"), MarkedBlock.ReadAll(Text).Select(block => (block.Use, block.Argument!)).Single());
        Assert.Equal("it needs a cluster", Assert.Throws<Xunit.SkipException>(() => Try(Text)).Message);
    }

    [Theory]
    [InlineData("<!-- test: rum -->\n```sh\n```")]
    [InlineData("<!-- test: run -->\n\n```sh\n```")]
    [InlineData("<!-- test: run -->\n```sh\nnever closed")]
    [InlineData("<!-- test: output -->\n```text\n```")]
    public void A_misspelt_mark_is_an_error(string markdown) => Assert.Throws<FormatException>(() => MarkedBlock.ReadAll(markdown));

    [Fact]
    public void Shell_blocks_follow_one_another_and_find_the_repository()
    {
        Try("<!-- test: run -->\n```sh\ntest -f src/RnnActors.Cli/RnnActors.Cli.csproj\ndotnet run -c Release --project src/RnnActors.Cli -- new "
            + "forecast\n```");
        Try("<!-- test: run -->\n```sh\ndotnet run -c Release --project src/RnnActors.Cli -- schema | grep draft\n```\n<!-- test: output "
            + "-->\n```text\n…2020-12…\n```");
        Try("<!-- test: parse -->\n```sh\ndotnet run -c Release --project src/RnnActors.Cli -- train forecast.json --workers 2 --set training.batch=64\n```");
        Assert.False(Directory.Exists(Path.Combine(DocumentFolder.Repository, "forecast.json")));
    }

    [Theory]
    [InlineData("run", "false")]
    [InlineData("run", "dotnet run -c Release --project src/RnnActors.Cli -- trian | cat; exit 2")]
    [InlineData("parse", "dotnet run -c Release --project src/RnnActors.Cli -- train --wrokers 2")]
    [InlineData("parse", "cd ..")]
    public void A_shell_block_that_does_not_work_is_noticed(string use, string command) =>
        Assert.ThrowsAny<XunitException>(() => Try($"<!-- test: {use} -->\n```sh\n{command}\n```"));

    [Fact]
    public void Output_that_differs_is_noticed() =>
        Assert.ThrowsAny<XunitException>(() => Try("<!-- test: run -->\n```sh\necho 12\n```\n<!-- test: output -->\n```text\n13\n```"));

    [SkippableFact]
    public void A_block_without_its_data_is_skipped() =>
        Assert.Throws<Xunit.SkipException>(() => Try("<!-- test: run needs RNNACTORS_NO_SUCH_VARIABLE -->\n```sh\nfalse\n```"));

    [Fact]
    public void A_program_is_compiled_and_run() => Try("""
        <!-- test: run -->
        ```csharp
        using RnnActors.Core.Fitting;
        using RnnActors.Core.Layers;
        using RnnActors.Core.Objectives;
        using RnnActors.Core.Optimizers;
        using RnnActors.Training.Local;

        float[,,] inputs = new float[,] { { 1, 2 }, { 3, 4 }, { 5, 6 }, { 7, 8 } }.Reshape(4, 2, 1);
        float[,] targets = { { 3 }, { 5 }, { 7 }, { 9 } };
        var model = new Sequential(new SimpleRnn(10, returnSequences: true), new SimpleRnn(1));
        model.Compile(new Adam(0.001), new MeanSquaredError());
        Console.WriteLine((await model.FitAsync(inputs, targets, epochs: 3, workers: 2)).Warnings[0]);
        Console.Write(model.Summary());
        ```
        <!-- test: output -->
        ```text
        The last layer, simpleRnn_1, … cannot leave (-1, 1), but the targets reach from 3 to 9.…
        Total parameters: 143 …
        ```
        """);

    private void Try(string markdown) => _folder.Try(MarkedBlock.ReadAll(markdown).Single());
}
