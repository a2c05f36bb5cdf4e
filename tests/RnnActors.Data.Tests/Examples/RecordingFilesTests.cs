using RnnActors.Core.Problems;
using RnnActors.Data.Examples;
using Xunit;

namespace RnnActors.Data.Tests.Examples;

public sealed class RecordingFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rnnactors-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Names_of_the_common_form_say_label_speaker_and_take()
    {
        Touch("7_theo_3.wav", "0_theo_12.wav", ".hidden.wav", "about.txt");
        ExampleList list = Read(null);
        Assert.Equal(["label", "speaker", "take", "file", "path"], list.Names);
        Assert.Equal([("0", "theo", "12"), ("7", "theo", "3")], list.Rows.Select(row => (row["label"], row["speaker"], row["take"])));
        Assert.Equal("sounds/0_theo_12.wav", list.Rows[0].Where.ToString());
    }

    [Fact]
    public void A_folder_a_class_says_it_too()
    {
        Touch("yes/a.wav", "no/b.wav");
        Assert.Equal(["no", "yes"], Read(null).Rows.Select(row => row["label"]));
    }

    [Fact]
    public void Recordings_to_be_labelled_may_be_called_anything()
    {
        Touch("b.wav", "new/a.wav");
        string folder = _folder.FullName;
        Assert.Equal(["b.wav", "new/a.wav"], RecordingFiles.ReadUnlabelled(folder, "sounds", new()).Select(row => row["file"]));
        Assert.Equal("b.wav", Assert.Single(RecordingFiles.ReadUnlabelled(Path.Combine(folder, "b.wav"), "b.wav", new()))["file"]);
    }

    [Fact]
    public void A_single_folder_inside_is_no_class()
    {
        Touch("recordings/7_theo_3.wav", "recordings/0_theo_12.wav");
        Assert.Equal(["0", "7"], Read(null).Rows.Select(row => row["label"]));
    }

    [Fact]
    public void A_pattern_s_named_groups_are_fields_and_what_it_does_not_match_is_said()
    {
        Touch("a-1.wav", "b-2.wav", "noise.wav");
        ExampleList list = Read(@"(?<word>\w)-(?<take>\d)\.wav");
        Assert.Equal(["a", "b"], list.Rows.Select(row => row["word"]));
        Assert.Equal("1 of 3 files are left out, since their names do not match the pattern, such as noise.wav", Assert.Single(list.Notes));
    }

    [Theory]
    [InlineData("(?<word>x+)", "sounds: the pattern (?<word>x+) matches none of the 1 files, such as noise.wav. Correct data.pattern.")]
    [InlineData("noise", "sounds: the pattern noise has no named group")]
    [InlineData("(?<word>", "sounds: data.pattern is not a regular expression")]
    [InlineData(null, "sounds: nothing labels the recordings, such as noise.wav")]
    public void What_says_nothing_is_refused_with_a_file_s_name(string? pattern, string message)
    {
        Touch("noise.wav");
        Assert.StartsWith(message, Assert.Throws<InvalidInputException>(() => Read(pattern)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_whose_table_may_say_it_is_refused_with_the_name_of_the_table()
    {
        Touch("noise.wav", "list.csv");
        Assert.StartsWith(
            "sounds: nothing labels the recordings, such as noise.wav. If list.csv says it, give that file in place of the folder. Else give data.",
            Assert.Throws<InvalidInputException>(() => Read(null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_names_a_file_in_each_row()
    {
        string manifest = Path.Combine(_folder.FullName, "list.csv");
        File.WriteAllText(manifest, "file,text\nin/a.wav,hello there\nb.wav,good bye\n");
        ExampleList list = RecordingFiles.Read(manifest, "list.csv", null, new());
        Assert.Equal([("hello there", "in/a.wav"), ("good bye", "b.wav")], list.Rows.Select(row => (row["text"], row["file"])));
        Assert.Equal(Path.Combine(_folder.FullName, "in", "a.wav"), list.Rows[0]["path"]);
    }

    private ExampleList Read(string? pattern) => RecordingFiles.Read(_folder.FullName, "sounds", pattern, new());

    private void Touch(params string[] names)
    {
        foreach (string name in names)
        {
            string path = Path.Combine(_folder.FullName, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, []);
        }
    }
}
