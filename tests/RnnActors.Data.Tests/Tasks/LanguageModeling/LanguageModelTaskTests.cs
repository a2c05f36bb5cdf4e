using System.Text;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Data.Files;
using RnnActors.Data.Tasks.LanguageModeling;
using RnnActors.Data.Tests.Tasks.Forecasting.Baselines;
using RnnActors.Data.Text;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.LanguageModeling;

public sealed class LanguageModelTaskTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_vocabulary_is_that_of_the_training_text()
    {
        LanguageModelTask task = LanguageModelTask.FromText("abcabcabcaabcabcabca", Spec(0.5, 0.5), streams: 2);

        Assert.Equal(3, task.Vocabulary.Count);
        Assert.Null(task.Vocabulary.Unknown);
        Assert.Equal(Shape.Tokens(3), task.Input);
        Assert.Equal(new TargetShape(3, true, true), task.Target);
        Assert.Equal((2, 4, 1), (task.Train.Streams, task.Train.Rows, task.LeftOut));
        Assert.Null(task.Test);
    }

    [Fact]
    public void A_character_that_training_never_saw_becomes_unknown()
    {
        LanguageModelTask task = LanguageModelTask.FromText("abcabcabcaxbcabcabcy", Spec(0.5, 0.5), streams: 1);
        Batch batch = task.Validation!.CreateBatch(1);
        task.Validation.Read([0], batch);

        Assert.Equal((4, 3), (task.Vocabulary.Count, task.Vocabulary.Unknown));
        Assert.Equal([3, 1], batch.Tokens.ToArray());
        Assert.Equal(4, task.Target.Outputs);
        Assert.Equal(4, TextVocabulary.FromJson(task.Preparation, "preparation").Count);
    }

    [Fact]
    public void Text_after_the_last_part_is_not_looked_at()
    {
        LanguageModelTask task = LanguageModelTask.FromText("ababababababXYZ", Spec(8, 4), streams: 1);
        Assert.Equal(2, task.Vocabulary.Count);
    }

    [Fact]
    public void Characters_are_counted_as_unicode_does_and_bytes_as_utf8()
    {
        string text = string.Concat(Enumerable.Repeat("é\U0001F600", 10));
        Assert.Equal(19, LanguageModelTask.FromText(text, Spec(1, 0), streams: 1).Train.Rows);
        Assert.Equal(59, LanguageModelTask.FromText(text, Spec(1, 0) with { Unit = TextUnit.Bytes }, streams: 1).Train.Rows);
        Assert.Equal(256, LanguageModelTask.FromText(text, Spec(1, 0) with { Unit = TextUnit.Bytes }, streams: 1).Input.Vocabulary);
    }

    [Fact]
    public void The_hash_follows_text_split_and_unit()
    {
        string text = "abcabcabcaabcabcabca";
        string[] hashes =
        [
            LanguageModelTask.FromText(text, Spec(0.5, 0.5), 2).DataHash,
            LanguageModelTask.FromText(text, Spec(0.6, 0.4), 2).DataHash,
            LanguageModelTask.FromText(text[..^1] + "b", Spec(0.5, 0.5), 2).DataHash,
            LanguageModelTask.FromText(text.Replace('c', 'd'), Spec(0.5, 0.5), 2).DataHash,
            LanguageModelTask.FromText(text, Spec(0.5, 0.5) with { Unit = TextUnit.Bytes }, 2).DataHash,
        ];

        Assert.Equal(hashes.Length, hashes.Distinct().Count());
        Assert.All(hashes, hash => Assert.Matches("^[0-9a-f]{32}$", hash));
        Assert.Equal(hashes[0], LanguageModelTask.FromText(text, Spec(0.5, 0.5), 1).DataHash);
    }

    [Theory]
    [InlineData("abcd", 0.5, 0.5, "a.txt: the training text has 2 characters, but 5 are needed: 2 streams of 2 steps, and one more. Give more text")]
    [InlineData("abababababab", 10, 2, "a.txt: the validation text has 2 characters, but 3 are needed: 2 steps, and one more. Give data.split.validation more")]
    public void Too_little_text_is_told_in_numbers(string text, double train, double validation, string expected)
    {
        var problem = Assert.Throws<InvalidInputException>(() => LanguageModelTask.FromText(text, Spec(train, validation), streams: 2));
        Assert.StartsWith(expected, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_files_of_a_folder_are_read_in_ordinal_order_of_their_paths()
    {
        Write("b.txt", "3"u8);
        Write("B.txt", "1"u8);
        Write("a/z.txt", "2"u8);
        Write(".git/x", [0, 1, 2]);
        Write("é.txt", "4"u8);

        Assert.Equal("1234", TextFiles.Read(_folder, "text", "utf-8"));
    }

    [Fact]
    public void A_binary_file_is_refused_by_its_name()
    {
        Write("a.txt", "text"u8);
        Write("img/b.png", [0x89, (byte)'P', 0, 1]);
        AssertRefused("text", "text/img/b.png: this is a binary file: byte 2 is zero.");
    }

    [Fact]
    public void An_empty_file_and_an_empty_folder_are_refused()
    {
        AssertRefused("text", "text: there is no file in this folder.");
        Write("a.txt", []);
        AssertRefused("text", "text: there is no text in it.");
    }

    [Fact]
    public void A_missing_file_names_the_nearest()
    {
        Write("input.txt", "text"u8);
        var problem = Assert.Throws<InvalidInputException>(() => LanguageModelTask.Load(new TextDataSpec { Path = "imput.txt" }, _folder, 1));
        Assert.Equal("imput.txt: there is no such file. Did you mean \"input.txt\"?", problem.Message);
    }

    [Theory]
    [InlineData("utf-8", new byte[] { (byte)'a', (byte)'\n', 0xC3, 0xA9, 0xE9, (byte)'b' },
        "a.txt:2:2: the byte 0xE9 at offset 4 is not utf-8. Give the file's encoding")]
    [InlineData("utf-8", new byte[] { (byte)'a', 0xE2, 0x82 }, "a.txt:1:2: the byte 0xE2 at offset 1 is not utf-8.")]
    [InlineData("us-ascii", new byte[] { (byte)'a', 0xE9 }, "a.txt:1:2: the byte 0xE9 at offset 1 is not us-ascii.")]
    [InlineData("utf-16", new byte[] { (byte)'a', 0, (byte)'\n', 0, 0x00, 0xDC, (byte)'b', 0 }, "a.txt:2:1: the byte 0x00 at offset 4 is not utf-16.")]
    [InlineData("utf-16", new byte[] { (byte)'a', 0, (byte)'b' }, "a.txt:1:2: the byte 0x62 at offset 2 is not utf-16.")]
    public void Bytes_of_another_encoding_are_told_with_their_place(string encoding, byte[] bytes, string expected)
    {
        var problem = Assert.Throws<InvalidInputException>(() => InputFile.Decode(bytes, "a.txt", InputFile.StrictEncoding(encoding)));
        Assert.StartsWith(expected, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_encodings_and_byte_order_marks_are_read()
    {
        Assert.Equal("é€", InputFile.Decode([0xE9, 0x80], "a.txt", InputFile.StrictEncoding("windows-1252")));
        Assert.Equal("é", InputFile.Decode([0xEF, 0xBB, 0xBF, 0xC3, 0xA9], "a.txt", InputFile.StrictEncoding("utf-8")));
        Assert.Equal("é", InputFile.Decode([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("é")], "a.txt",
            InputFile.StrictEncoding("utf-16")));
        var problem = Assert.Throws<InvalidInputException>(() => InputFile.StrictEncoding("utf-9"));
        Assert.StartsWith("there is no encoding \"utf-9\". Did you mean \"utf-", problem.Message, StringComparison.Ordinal);
    }

    [SharedDataFact]
    public void Tiny_shakespeare_has_its_known_size()
    {
        var spec = new TextDataSpec { Path = "tiny-shakespeare/input.txt" };
        LanguageModelTask task = LanguageModelTask.Load(spec, SharedDataFactAttribute.Folder, streams: 64);

        Assert.Equal(65, task.Vocabulary.Count);
        Assert.Equal((64 * 245, 1_003_854 - 1 - (64 * 245 * 64)), (task.Train.Rows, task.LeftOut));
        Assert.Equal((60, 60 * 29), (task.Validation!.Streams, task.Validation.Rows));
    }

    private static TextDataSpec Spec(double train, double validation) => new() { Path = "a.txt", Steps = train == 1 ? 1 : 2, Split = new(train, validation) };

    private void AssertRefused(string shown, string expected)
    {
        var problem = Assert.Throws<InvalidInputException>(() => TextFiles.Read(_folder, shown, "utf-8"));
        Assert.StartsWith(expected, problem.Message, StringComparison.Ordinal);
    }

    private void Write(string name, ReadOnlySpan<byte> bytes)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }
}
