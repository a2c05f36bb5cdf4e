using System.Text;
using RnnActors.Data.Specifications;
using RnnActors.Runs.Folders;
using Xunit;

namespace RnnActors.Runs.Tests.Folders;

public sealed class DataRowsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rnnactors-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A large file is read piece by piece: a row's end that is found in a piece is its end in the file.</summary>
    [Fact]
    public void Of_the_beginning_of_a_text_either_the_end_of_its_first_row_is_found_or_more_is_wanted()
    {
        string[] pieces = ["a", "\"", "\"\"", ",", "\n", "\t", "ä"];
        byte?[] delimiters = [(byte)',', (byte)'\t', null];
        var random = new Random(1);
        for (int sample = 0; sample < 5000; sample++)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(string.Concat(random.GetItems(pieces, random.Next(30))));
            byte? delimiter = delimiters[random.Next(delimiters.Length)];
            int end = DataRows.EndOf(bytes, delimiter);
            for (int part = 0; part < bytes.Length; part++)
            {
                int found = DataRows.EndOf(bytes.AsSpan(0, part), delimiter, isWhole: false);
                Assert.True(found == end || found == -1, $"{part} of {bytes.Length} bytes: {found}, and not {end}");
                if (part > end && !bytes.Contains((byte)'"')) Assert.Equal(end, found);
            }
        }
    }

    [Fact]
    public void Prints_of_a_file_of_several_megabytes_name_the_row_that_was_changed()
    {
        string path = Path.Combine(_folder, "table.csv");
        string[] rows = [.. Enumerable.Range(0, 60_000).Select(row => $"{row % 97}.{row % 7},\"note {row},\nof two lines, {new string('x', 30)}\"")];
        File.WriteAllText(path, $"y,note\n{string.Join('\n', rows)}\n");
        var specification = RunSpecification.ForDataFile(path, []);
        var folder = new RunFolder(Path.Combine(_folder, "run"));
        Directory.CreateDirectory(folder.Path);
        DataFingerprints.Write(folder, specification, "a");
        Assert.Null(DataFingerprints.FindChange(folder, specification, specification, "a"));
        rows[50_000] = rows[50_000].Replace("note", "nose", StringComparison.Ordinal);
        File.WriteAllText(path, $"y,note\n{string.Join('\n', rows)}\n");
        var change = DataFingerprints.FindChange(folder, specification, specification, "a")!;
        Assert.Equal(("this row differs in column note", 100_002), (change.What, change.Where.Line));
    }

    /// <summary>Wherever the folder lies now: its files are known by their places in it.</summary>
    [Fact]
    public void Prints_of_a_folder_name_a_file_that_is_new_or_gone_also_where_the_folder_was_moved()
    {
        string before = Path.Combine(_folder, "texts"), after = Path.Combine(_folder, "moved");
        foreach (string name in (string[])["good/1.txt", "good/2.txt", "bad/1.txt"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(before, name))!);
            File.WriteAllText(Path.Combine(before, name), name);
        }

        var began = RunSpecification.ForDataFile(before, ["task=classify"]);
        var folder = new RunFolder(Path.Combine(_folder, "run"));
        Directory.CreateDirectory(folder.Path);
        DataFingerprints.Write(folder, began, "a");
        Directory.Move(before, after);
        var now = RunSpecification.ForDataFile(after, ["task=classify"]);
        Assert.Null(DataFingerprints.FindChange(folder, began, now, "a"));

        File.Move(Path.Combine(after, "good/2.txt"), Path.Combine(after, "good/3.txt"));
        var change = DataFingerprints.FindChange(folder, began, now, "a")!;
        Assert.Equal("this file is new", change.What);
        Assert.EndsWith("3.txt", change.Where.Path, StringComparison.Ordinal);

        File.Delete(Path.Combine(after, "good/3.txt"));
        change = DataFingerprints.FindChange(folder, began, now, "a")!;
        Assert.Equal("this file is missing", change.What);
        Assert.EndsWith("2.txt", change.Where.Path, StringComparison.Ordinal);
    }
}
