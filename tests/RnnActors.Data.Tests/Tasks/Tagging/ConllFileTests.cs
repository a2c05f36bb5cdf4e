using CsCheck;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;
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

    /// <summary>The files of the CoNLL tasks are called <c>train.txt</c> and <c>eng.testa</c>.</summary>
    [Theory]
    [InlineData("train.txt", "Bob NNP B-PER\nlives VBZ O\nin IN O\nRome NNP B-LOC\n. . O\n\n", "tag")]
    [InlineData("eng.testa", "-DOCSTART- -X-\n\nBob B-PER\nlives O\n\n", "tag")]
    [InlineData("train.txt", "Bob\tB-PER\nlives\tO\n\n", "tag")]
    [InlineData("two words.txt", "to be\nor not\nto be\nthat is\n", "language-model")]
    [InlineData("verse.txt", "roses are red\nviolets are blue\n\nand so on it goes\n\n", "language-model")]
    [InlineData("numbers.txt", "a 1\nb 2\n\nc 1\nd 2\n\n", "forecast")]
    public void A_text_of_words_in_columns_is_one_of_tags(string name, string sentences, string task) =>
        Assert.Equal(task, TaskKinds.ForFile(Write(name, string.Concat(Enumerable.Repeat(sentences, 12))), new HashSet<string>()).Name);

    /// <summary>Its first recurrent layer reads the characters of a word.</summary>
    [Fact]
    public void A_tagger_is_called_by_the_layer_that_reads_the_words()
    {
        var specification = RunSpecification.ForDataFile(
            Write("a.conll", string.Concat(Enumerable.Repeat("a X\nb Y\n\n", 12))), ["data.minCount=1"]);
        var task = specification.Task.Prepare(specification.Data, "", specification.Training);
        Model model = new(specification.Model.WithOutputs(2).WithSteps(task.Train.Steps), task.Train.Inputs);
        Assert.Equal("lstm", new TrainedNetwork(model, specification.Training, model.CreateParameters(1), threads: 1).Name);
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
