using System.Text;
using CsCheck;
using RnnActors.Core.Problems;
using RnnActors.Data.Examples;
using Xunit;

namespace RnnActors.Data.Tests.Examples;

public sealed class ExampleFileTests : IDisposable
{
    private static readonly ExampleFormat Open = new();

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rnnactors-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Quotes_between_tabs_are_characters_and_lines_end_with_line_feeds_alone()
    {
        ExampleList list = ExampleFile.Parse("text\tlabel\n\"Fine,\" he said\u0085and \"left\tpos\r\nno\u2028good\tneg\n", "a.tsv", Open);
        Assert.Equal(["text", "label"], list.Names);
        Assert.Equal(["\"Fine,\" he said\u0085and \"left", "no\u2028good"], list.Rows.Select(row => row["text"]));
        Assert.Equal([2, 3], list.Rows.Select(row => row.Where.Line));
        Assert.Empty(list.Notes);
    }

    [Fact]
    public void A_table_without_names_says_what_its_columns_are_called()
    {
        ExampleList list = ExampleFile.Parse("a fine film,pos\na dull one,neg\n", "a.csv", Open);
        Assert.Equal(["column1", "column2"], list.Names);
        Assert.Equal(2, list.Rows.Count);
        Assert.Contains("column1, column2", Assert.Single(list.Notes), StringComparison.Ordinal);
        Assert.Equal(["a fine film", "pos"], ExampleFile.Parse("a fine film,pos\na dull one,neg\n", "a.csv", new ExampleFormat { Header = true }).Names);
        Assert.Equal(["x", "y"], ExampleFile.Parse("x,y\na dull one,neg\n", "a.csv", new ExampleFormat { UsedNames = ["y"] }).Names);
    }

    [Theory]
    [InlineData("machine,heat\nM1,20.5\nM2,-3e2\n", true)]
    [InlineData("good film\tstars\nbad film\t1\nodd film\t3\n", true)]
    [InlineData("machine,heat\nM1,20.5\nM2,high\n", false)]
    [InlineData("good film\tNA\nbad film\t1\nodd film\t3\n", false)]
    [InlineData("good film\t2\nbad film\t1\nodd film\t3\n", false)]
    [InlineData("machine,heat\n", false)]
    public void A_line_of_words_over_a_column_of_numbers_names_the_columns(string text, bool isNamed)
    {
        ExampleList list = ExampleFile.Parse(text, text.Contains('\t', StringComparison.Ordinal) ? "a.tsv" : "a.csv", Open);
        Assert.Equal(isNamed, list.Names[0] != "column1");
        Assert.Equal(text.Count(c => c == '\n') - (isNamed ? 1 : 0), list.Rows.Count);
    }

    [Fact]
    public void Lines_of_quoted_fields_are_counted_as_editors_count_them()
    {
        ExampleList list = ExampleFile.Parse("text,label\n\"two\nlines, here\",a\nthird,b\n", "a.csv", Open);
        Assert.Equal(["two\nlines, here", "third"], list.Rows.Select(row => row["text"]));
        Assert.Equal([2, 4], list.Rows.Select(row => row.Where.Line));
    }

    [Fact]
    public void Json_lines_may_order_their_keys_freely()
    {
        ExampleList list = ExampleFile.Parse("{\"text\": \"a b\", \"label\": 1}\n\n{\"label\": true, \"text\": \"c\"}\n", "a.jsonl", Open);
        Assert.Equal(["a b", "c"], list.Rows.Select(row => row["text"]));
        Assert.Equal(["1", "True"], list.Rows.Select(row => row["label"]));
        Assert.Equal(3, list.Rows[1].Where.Line);
    }

    [Theory]
    [InlineData("a.tsv", "a\tb\nc\n", "a.tsv:2: this line has 0 tabs, but the first one has 1")]
    [InlineData("a.csv", "text,label\nx,y,z\n", "a.csv:2: this line has 3 fields, but the first one has 2")]
    [InlineData("a.jsonl", "{\"a\": 1}\n{\"a\": \n", "a.jsonl:2:7: this line is not JSON")]
    [InlineData("a.jsonl", "[1]\n", "a.jsonl:1: this line is not a JSON object")]
    [InlineData("a.txt", " \n", "a.txt: there is nothing in it")]
    public void What_is_wrong_is_told_with_its_line(string name, string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<InvalidInputException>(() => ExampleFile.Parse(text, name, Open)).Message, StringComparison.Ordinal);

    [Fact]
    public void Two_columns_of_one_name_are_refused() => Assert.StartsWith(
        "a.tsv:1: two columns are named 'text'",
        Assert.Throws<InvalidInputException>(() => ExampleFile.Parse("text\ttext\na\tb\n", "a.tsv", Open with { Header = true })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_field_that_is_not_there_is_named()
    {
        Example row = ExampleFile.Parse("text\tlabel\na\tb\n", "a.tsv", Open).Rows[0];
        Assert.Equal("2", row["line"]);
        Assert.Contains("a.tsv:2: there is no field lable. Did you mean label?", Assert.Throws<InvalidInputException>(() => row["lable"]).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_not_utf_8_are_read_as_windows_1252_and_it_is_said()
    {
        string path = Path.Combine(_folder.FullName, "film.txt");
        File.WriteAllBytes(path, [.. "caf"u8, 0xE9, .. "\nna"u8, 0xEF, .. "ve\n"u8]);
        ExampleList list = ExampleFile.ReadTexts(path, "film.txt", Open);
        Assert.Equal(["café", "naïve"], list.Rows.Select(row => row["text"]));
        Assert.Contains("film.txt is not UTF-8 (film.txt:1:4); it is read as windows-1252", Assert.Single(list.Notes), StringComparison.Ordinal);
        Assert.Throws<InvalidInputException>(() => ExampleFile.ReadTexts(path, "film.txt", Open with { Encoding = "utf-8" }));
        File.WriteAllText(path, "café\n", Encoding.Unicode);
        Assert.Equal("café", ExampleFile.ReadTexts(path, "film.txt", Open).Rows[0]["text"]);
    }

    [Fact]
    public void Hostile_bytes_are_read_or_refused() => Gen.Byte.Array[0, 60].Sample(bytes =>
    {
        string path = Path.Combine(_folder.FullName, "any.tsv");
        File.WriteAllBytes(path, bytes);
        try
        {
            Assert.NotNull(ExampleFile.Read(path, "any.tsv", Open).Rows);
        }
        catch (InvalidInputException refused)
        {
            Assert.Contains("any.tsv", refused.Message, StringComparison.Ordinal);
        }
    }, iter: 500, threads: 1);
}
