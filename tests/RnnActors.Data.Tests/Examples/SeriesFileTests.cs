using CsCheck;
using RnnActors.Core.Problems;
using RnnActors.Data.Examples;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks.Classification;
using Xunit;

namespace RnnActors.Data.Tests.Examples;

public sealed class SeriesFileTests : IDisposable
{
    private const string Head = "# made by hand\n@problemName x\n@timeStamps false\n@classLabel true a b\n@data\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rnnactors-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_line_is_a_series_of_dimensions_and_a_label()
    {
        ExampleList list = Read(Head + "1,2,3:4,5,6:a\n7,?:8,9:b\n");
        Assert.Equal(["a", "b"], list.Rows.Select(row => row["label"]));
        Assert.Equal([1, 4, 2, 5, 3, 6], Series(list.Rows[0]).Cast<float>());
        Assert.Equal([7, 8, 7, 9], Series(list.Rows[1]).Cast<float>());
        Assert.Contains("1 missing values", Assert.Single(list.Notes), StringComparison.Ordinal);
        Assert.Equal(7, list.Rows[1].Where.Line);
    }

    [Theory]
    [InlineData("1,2:a\n", "x.ts: there is no line @data")]
    [InlineData(Head + "1,2\n", "x.ts:6: this line has no label behind a colon")]
    [InlineData(Head + "1,x:a\n", "x.ts:6: \"x\" is no number")]
    [InlineData(Head + "1,2:3:a\n", "x.ts:6: one dimension has 2 values, and another 1")]
    [InlineData(Head + "1,2:a\n1,2:3,4:b\n", "x.ts:7: this series has 2 dimensions, and the first one 1")]
    [InlineData(Head, "x.ts: there is no series behind @data")]
    [InlineData("@classLabel false\n@data\n1:a\n", "x.ts: its series have no labels")]
    public void What_is_wrong_is_told_with_its_line(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<InvalidInputException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Rows_of_one_id_are_one_series()
    {
        ExampleList table = ExampleFile.Parse("who,what,x,y\nb,run,1,2\na,walk,5,6\nb,run,3,4\n", "t.csv", new() { Header = true });
        ExampleList list = SeriesFile.OfTable(table, "who", "what", null);
        Assert.Equal([("b", "run"), ("a", "walk")], list.Rows.Select(row => (row["who"], row["what"])));
        Assert.Equal([1, 2, 3, 4], Series(list.Rows[0]).Cast<float>());
        Assert.Equal(1, Series(SeriesFile.OfTable(table, "who", null, ["x"]).Rows[0]).GetLength(1));
        table = ExampleFile.Parse("who,what,x\nb,run,1\nb,walk,5\n", "t.csv", new() { Header = true });
        Assert.Contains("t.csv:3: the series b has two labels: run and walk",
            Assert.Throws<InvalidInputException>(() => SeriesFile.OfTable(table, "who", "what", null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_without_a_number_is_left_out_and_said()
    {
        ExampleList table = ExampleFile.Parse("at,who,x,note,empty\n08:00Z,b,?,,\n08:01Z,b,2,odd,\n", "t.csv", new() { UsedNames = ["who"] });
        ExampleList list = SeriesFile.OfTable(table, "who", null, null);
        Assert.Equal([0, 0, 2, 0], Series(Assert.Single(list.Rows)).Cast<float>());
        Assert.Contains("Not read: at (text: '08:00Z' in line 2), note (text: 'odd' in line 3)", list.Notes);
        string Refused(string column) => Assert.Throws<InvalidInputException>(() => SeriesFile.OfTable(table, "who", null, [column])).Message;
        Assert.StartsWith("t.csv:2: \"08:00Z\" in at is no number", Refused("at"), StringComparison.Ordinal);
        table = ExampleFile.Parse("at,who\nx,b\ny,b\n", "t.csv", new() { UsedNames = ["who"] });
        Assert.StartsWith("t.csv:2: no column has numbers, beside who and at. Give a column",
            Assert.Throws<InvalidInputException>(() => SeriesFile.OfTable(table, "who", "at", null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_word_that_is_no_number_among_numbers_is_refused()
    {
        ExampleList table = ExampleFile.Parse("who,x\nb,1\nb,l2\n", "t.csv", new() { UsedNames = ["who"] });
        Assert.StartsWith("t.csv:3: \"l2\" in x is no number", Assert.Throws<InvalidInputException>(() => SeriesFile.OfTable(table, "who", null, null)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Series_to_be_labelled_may_lack_labels()
    {
        Write("new.ts", Head.Replace("true a b", "false", StringComparison.Ordinal) + "1,2:3,4\n5:6\n");
        ExampleList list = SeriesFile.ReadTs(Path.Combine(_folder.FullName, "new.ts"), "new.ts", needsLabels: false);
        Assert.Equal([1, 3, 2, 4], Series(list.Rows[0]).Cast<float>());
        Assert.Equal((2, 2), (list.Rows.Count, Series(list.Rows[1]).GetLength(1)));
    }

    [Fact]
    public void The_test_file_beside_the_training_file_is_found()
    {
        Write("Gun_TRAIN.ts", Head + "1,2,3:a\n3,2,1:b\n2,3,4:a\n5,4,3:b\n");
        Write("Gun_TEST.ts", Head + "1,2,4:a\n3,2,0:b\n");
        var specification = RunSpecification.ForDataFile(Path.Combine(_folder.FullName, "Gun_TRAIN.ts"), ["data.split={}"]);
        var found = RunSpecification.ForDataFile(Path.Combine(_folder.FullName, "Gun_TRAIN.ts"));
        Assert.EndsWith("Gun_TEST.ts", Assert.IsType<ClassificationDataSpec>(found.Data).Test, StringComparison.Ordinal);
        Assert.Null(Assert.IsType<ClassificationDataSpec>(specification.Data).Test);
        var task = found.With(["data.split.validation=0"]);
        Assert.Equal(2, task.Task.Prepare(task.Data, "", task.Training).Test!.Rows);
    }

    [Fact]
    public void Hostile_text_is_read_or_refused() => Gen.String[Gen.Char["@data\n1,:?x."], 0, 60].Sample(text =>
    {
        try
        {
            Assert.NotEmpty(Read("@data\n" + text).Rows);
        }
        catch (InvalidInputException refused)
        {
            Assert.StartsWith("x.ts", refused.Message, StringComparison.Ordinal);
        }
    }, iter: 500, threads: 1);

    private static float[,] Series(Example example) => Assert.IsType<SeriesExample>(example).Series;

    private ExampleList Read(string text)
    {
        Write("x.ts", text);
        return SeriesFile.ReadTs(Path.Combine(_folder.FullName, "x.ts"), "x.ts");
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.FullName, name), text);
}
