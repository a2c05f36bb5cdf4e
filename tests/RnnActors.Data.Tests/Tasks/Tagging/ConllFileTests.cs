using CsCheck;
using RnnActors.Core.Problems;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks.Tagging;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Tagging;

public sealed class ConllFileTests : IDisposable
{
    private const string Universal =
        "# sent_id = 1\n1-2\tau\t_\t_\t_\t_\t_\t_\t_\t_\n1\tà\tà\tADP\tP\t_\t0\troot\t_\t_\n2\tle\tle\tDET\tD\t_\t1\tdet\t_\t_\n"
        + "2.1\tx\t_\tX\t_\t_\t_\t_\t_\t_\n\n1\tVa\taller\tVERB\tV\t_\t0\troot\t_\t_\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rnnactors-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Ranges_and_empty_nodes_of_conllu_are_no_words()
    {
        TaggedSentence[] sentences = Read("a.conllu", Universal);
        Assert.Equal(["à/ADP le/DET", "Va/VERB"], sentences.Select(Shown));
        Assert.Equal(["à/P le/D", "Va/V"], Read("a.conllu", Universal, "xpos").Select(Shown));
        Assert.Equal("a.conllu:4", sentences[0].PlaceOf(1).ToString());
    }

    [Theory]
    [InlineData("-DOCSTART- -X- O O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\n\n. . O O\n", null, "EU/B-ORG rejects/O|./O")]
    [InlineData("EU NNP B-NP B-ORG\n", "2", "EU/NNP")]
    [InlineData("EU\tB-ORG\r\n\r\nnew york\tO\r\n", null, "EU/B-ORG|new york/O")]
    [InlineData("EU NNP B-NP B-ORG\n", "-2", "EU/B-NP")]
    public void Columns_are_parted_by_tabs_or_spaces(string text, string? tag, string sentences) =>
        Assert.Equal(sentences, string.Join('|', Read("a.conll", text, tag).Select(Shown)));

    [Theory]
    [InlineData("a.conll", "a X\nb\n", null, "a.conll:2: this line has 1 column, but the first one has 2")]
    [InlineData("a.conllu", "1\ta\tX\n", null, "a.conllu:1: this line has 3 columns, but CoNLL-U has 10")]
    [InlineData("a.conll", "a\nb\n", null, "a.conll: its lines have one column, the word")]
    [InlineData("a.conll", "a X\n", "3", "a.conll: there is no column 3 for tags; there are 2")]
    [InlineData("a.conll", "a X\n", "upos", "a.conll: its columns have no names")]
    [InlineData("a.conllu", Universal, "pos", "a.conllu: CoNLL-U has no tags called pos")]
    [InlineData("a.conllu", Universal, "2", "a.conllu: there is no column 2 for tags; there are 10, the second of which is the word")]
    [InlineData("a.conllu", Universal, "feats", "a.conllu:3: the word à has no tag, but _")]
    [InlineData("a.conll", "\n\n", null, "a.conll: there is no sentence in it")]
    [InlineData("a.conll", "a\t\n", null, "a.conll:1: a word or its tag is empty")]
    public void What_is_wrong_is_told_with_its_line(string name, string text, string? tag, string message) =>
        Assert.StartsWith(message, Assert.Throws<InvalidInputException>(() => Read(name, text, tag)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_tag_that_no_training_word_has_is_told_with_its_line()
    {
        string train = Write("train.conll", "a X\nb Y\n\na X\n"), test = Write("test.conll", "a X\n\nb Z\n");
        var specification = RunSpecification.ForDataFile(train, ["data.minCount=1"]);
        Assert.Equal("tag", specification.Task.Name);
        var data = (TaggingDataSpec)specification.Data with { Path = null, Train = train, Test = test, Split = new(null, new(0), new(0)) };
        Assert.Contains("test.conll:3: no training word has the tag \"Z\"", Assert.Throws<InvalidInputException>(() => TaggingTask.Load(data, "")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_text_is_read_or_refused() => Gen.String[Gen.Char["ab XY\t\n-1.#"], 0, 60].Sample(text =>
    {
        foreach (string name in (string[])["x.conll", "x.conllu"])
        {
            try
            {
                Assert.All(Read(name, text), sentence => Assert.Equal(sentence.Words.Count, sentence.Tags.Count));
            }
            catch (InvalidInputException refused)
            {
                Assert.StartsWith(name, refused.Message, StringComparison.Ordinal);
            }
        }
    }, iter: 500, threads: 1);

    private static string Shown(TaggedSentence sentence) => string.Join(' ', sentence.Words.Zip(sentence.Tags, (word, tag) => $"{word}/{tag}"));

    private TaggedSentence[] Read(string name, string text, string? tag = null) =>
        [.. ConllFile.Read(Write(name, text), name, tag, null).Rows.Cast<TaggedSentence>()];

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
