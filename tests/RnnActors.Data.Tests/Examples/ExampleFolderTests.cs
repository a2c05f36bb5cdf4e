using RnnActors.Core.Problems;
using RnnActors.Data.Examples;
using Xunit;

namespace RnnActors.Data.Tests.Examples;

public sealed class ExampleFolderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rnnactors-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_folder_of_each_class_has_a_text_a_file()
    {
        Write("pos/1.txt", "good\nfilm");
        Write("pos/2.txt", "fine");
        Write("neg/.hidden", "x");
        Write("neg/a.txt", "bad");
        ExampleList list = ExampleFolder.Read(_folder.FullName, "films", new());
        Assert.Equal([("bad", "neg"), ("good\nfilm", "pos"), ("fine", "pos")], list.Rows.Select(row => (row["text"], row["label"])));
        Assert.Equal("films/neg/a.txt:1", list.Rows[0].Where.ToString());
    }

    [Theory]
    [InlineData("reviews.pos", "reviews.neg", "neg", "pos")]
    [InlineData("good.txt", "bad.txt", "bad", "good")]
    public void A_file_of_each_class_has_a_text_a_line(string first, string second, string label, string other)
    {
        Write(first, "very\tgood\nfine\n");
        Write(second, "bad\n");
        Write("README.md", "about");
        ExampleList list = ExampleFolder.Read(_folder.FullName, "films", new());
        Assert.Equal([("bad", label), ("very\tgood", other), ("fine", other)], list.Rows.Select(row => (row["text"], row["label"])));
        Assert.Equal($"films/{first}:2", list.Rows[2].Where.ToString());
    }

    [Fact]
    public void A_folder_of_other_files_says_no_class()
    {
        Write("a.txt", "x");
        Write("b.csv", "y");
        Assert.Empty(ExampleFolder.Classes(_folder.FullName));
        Assert.Contains("does not tell which file is of which class",
            Assert.Throws<InvalidInputException>(() => ExampleFolder.Read(_folder.FullName, "films", new())).Message, StringComparison.Ordinal);
    }

    private void Write(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
