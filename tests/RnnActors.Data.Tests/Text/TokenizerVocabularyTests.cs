using System.Text;
using System.Text.Json;
using RnnActors.Core.Problems;
using RnnActors.Data.Tasks.LanguageModeling;
using RnnActors.Data.Text;
using Xunit;

namespace RnnActors.Data.Tests.Text;

/// <summary>Tokenizers that others trained, of each kind, small enough to be read.</summary>
public class TokenizerVocabularyTests
{
    private const string Sentence = "the there\nThe café 😀, the end";

    /// <summary>GPT-2's signs for bytes: those that can be seen are themselves, the others follow U+0100.</summary>
    private static string[] ByteSigns()
    {
        int[] seen = [.. Enumerable.Range('!', 94), .. Enumerable.Range(0xA1, 12), .. Enumerable.Range(0xAE, 82)];
        int next = 256;
        return [.. Enumerable.Range(0, 256).Select(value => ((char)(seen.Contains(value) ? value : next++)).ToString())];
    }

    private static string ByteLevelFolder()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        string[] merges = ["t h", "th e", "Ġ the", "e n"];
        string[] tokens = [.. ByteSigns(), .. merges.Select(merge => merge.Replace(" ", ""))];
        File.WriteAllText(Path.Combine(folder, "vocab.json"), JsonSerializer.Serialize(tokens.Select((token, number) => (token, number)).ToDictionary()));
        File.WriteAllLines(Path.Combine(folder, "merges.txt"), ["#version: 0.2", .. merges]);
        return folder;
    }

    private static string WordPieceFile()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "vocab.txt");
        File.WriteAllLines(path, "[PAD] [UNK] [CLS] [SEP] [MASK] the ##re end , a".Split(' '));
        return path;
    }

    /// <summary>A model of SentencePiece (sentencepiece_model.proto): pieces with their scores, and pairs as the algorithm.</summary>
    private static string SentencePieceFile()
    {
        List<(string Piece, float Score, int Type)> pieces =
            [("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3), ("▁t", -1, 1), ("he", -2, 1), ("▁the", -3, 1), ("re", -4, 1)];
        pieces.AddRange("▁there,ndTcaf".Distinct().Select((sign, i) => (sign.ToString(), -10f - i, 1)));
        using var model = new MemoryStream();
        foreach ((string piece, float score, int type) in pieces)
        {
            byte[] text = Encoding.UTF8.GetBytes(piece);
            byte[] message = [0x0A, (byte)text.Length, .. text, 0x15, .. BitConverter.GetBytes(score), 0x18, (byte)type];
            model.Write([0x0A, (byte)message.Length, .. message]);
        }

        model.Write([0x12, 2, 0x18, 2, 0x1A, 0]); // trainer_spec.model_type = BPE, normalizer_spec as it is by default
        string path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "own.model");
        File.WriteAllBytes(path, model.ToArray());
        return path;
    }

    private static TokenizerVocabulary Load(string path) => new(TokenizerFile.Read(path), path);

    public static TheoryData<string> Kinds => ["bytes", "pieces", "words"];

    internal static string PathOf(string kind) => kind switch { "bytes" => ByteLevelFolder(), "pieces" => SentencePieceFile(), _ => WordPieceFile() };

    [Fact]
    public void Byte_level_pairs_write_any_text_and_give_it_back()
    {
        TokenizerVocabulary vocabulary = Load(ByteLevelFolder());
        Assert.Equal(260, vocabulary.Count);
        int[] tokens = vocabulary.EncodeText(Sentence);
        Assert.Equal((257, 258), (tokens[0], tokens[1])); // the, and the with the space before it
        Assert.Equal(Sentence, vocabulary.Decode(tokens));
        Assert.Equal(vocabulary.EncodeText("\n")[0], vocabulary.Beginning);
        Assert.Equal(9, vocabulary.WordsIn(vocabulary.EncodeText("\n" + Sentence))); // seven words and two line ends
    }

    [Fact]
    public void A_character_of_several_tokens_comes_with_its_last_one()
    {
        TokenizerVocabulary vocabulary = Load(ByteLevelFolder());
        TokenDecoder decoder = vocabulary.CreateDecoder();
        Assert.Equal(["", "", "", "😀"], vocabulary.EncodeText("😀").Select(decoder.Next));
        Assert.Equal("", decoder.End());
        decoder.Next(vocabulary.EncodeText("é")[0]);
        Assert.Equal("\uFFFD", decoder.End());
    }

    [Fact]
    public void Sentence_pieces_are_cut_as_their_scores_say()
    {
        TokenizerVocabulary vocabulary = Load(SentencePieceFile());
        int[] tokens = vocabulary.EncodeText("the there");
        Assert.Equal("the there", vocabulary.Decode(tokens).Trim());
        Assert.Equal([5, 5, 6], tokens); // ▁the ▁the re
        Assert.True(vocabulary.BeginsWord(5));
        Assert.False(vocabulary.BeginsWord(6));
        Assert.Equal(0, vocabulary.Unknown);
    }

    [Fact]
    public void Word_pieces_know_words_parts_and_what_is_unknown()
    {
        TokenizerVocabulary vocabulary = Load(WordPieceFile());
        Assert.Equal([5, 5, 6, 7, 8, 1], vocabulary.EncodeText("The there end, zebra"));
        Assert.Equal("the there end", vocabulary.Decode([5, 5, 6, 7]));
        Assert.Equal(1, vocabulary.Unknown);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_checkpoint_keeps_the_tokenizer_whole(string kind)
    {
        TokenizerVocabulary vocabulary = Load(PathOf(kind));
        TextVocabulary stored = TextVocabulary.FromJson(vocabulary.ToJson(), "a checkpoint");
        Assert.Equal(vocabulary.ToJson(), stored.ToJson());
        Assert.Equal(vocabulary.EncodeText(Sentence), stored.EncodeText(Sentence));
        Assert.Equal(vocabulary.Count, stored.Count);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_told_token_by_token_is_the_text(string kind)
    {
        TokenizerVocabulary vocabulary = Load(PathOf(kind));
        int[] tokens = vocabulary.EncodeText("the there end, the");
        TokenDecoder decoder = vocabulary.CreateDecoder();
        string told = string.Concat(tokens.Select(decoder.Next)) + decoder.End();
        Assert.Equal(vocabulary.Decode(tokens), told);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_token_has_its_entry(string kind)
    {
        TokenizerVocabulary vocabulary = Load(PathOf(kind));
        Assert.Equal(vocabulary.Count, vocabulary.Entries.Count);
        Assert.Contains(vocabulary.Encode("the")[0],
            Enumerable.Range(0, vocabulary.Count).Where(token => vocabulary.Entries[token].EndsWith("the", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_language_model_reads_a_text_with_it()
    {
        string text = string.Concat(Enumerable.Repeat(Sentence + "\n", 60));
        TextDataSpec spec = new() { Path = "a text", Unit = TextUnit.Tokenizer, Tokenizer = ByteLevelFolder(), Steps = 8, Split = new(0.8, 0.1, 0.1) };
        LanguageModelTask task = LanguageModelTask.FromText(text, spec, 4);
        Assert.Equal(260, task.Vocabulary.Count);
        Assert.True(task.Train.Rows > 0 && task.Test!.Rows > 0);
        Assert.Contains("tokens to train on", task.Describe("a text"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tokenizer.json", "{}", "tokenizer.json is not read")]
    [InlineData("vocab.json", "[1]", "the tokenizer cannot be read")]
    [InlineData("vocab.json", "{\"a\": 2000000000}", "the tokenizer cannot be read")]
    [InlineData("own.model", "no model", "the tokenizer cannot be read")]
    [InlineData("vocab.txt", "a\nb", "the tokenizer cannot be read")]
    [InlineData("words.bin", "", "not a tokenizer's file")]
    public void What_is_no_tokenizer_is_refused_with_its_path(string name, string content, string problem)
    {
        string folder = Directory.CreateTempSubdirectory().FullName, path = Path.Combine(folder, name);
        File.WriteAllText(path, content);
        File.WriteAllText(Path.Combine(folder, "merges.txt"), "");
        var refused = Assert.Throws<InvalidInputException>(() => Load(path));
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
        Assert.Contains(name, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_told_in_whole_sentences()
    {
        string message = Assert.Throws<InvalidInputException>(() => Load(Path.Combine(Path.GetTempPath(), "no tokenizer.json"))).Message;
        Assert.Contains("the file of the tokenizer cannot be read: ", message, StringComparison.Ordinal);
        Assert.DoesNotContain("..", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_changed_byte_of_a_file_is_a_tokenizer_or_refused()
    {
        byte[] model = File.ReadAllBytes(SentencePieceFile());
        var random = new Random(7);
        for (int i = 0; i < 300; i++)
        {
            byte[] changed = [.. model];
            for (int change = 0; change < 3; change++) changed[random.Next(changed.Length)] = (byte)random.Next(256);
            try
            {
                _ = new TokenizerVocabulary(new(TokenizerKind.SentencePiece, [changed]), "changed").Count;
            }
            catch (InvalidInputException)
            {
                // refused
            }
        }
    }
}
