using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Specifications;
using RnnActors.Data.Specifications;
using RnnActors.Data.Splits;
using RnnActors.Data.Tasks;
using RnnActors.Data.Tasks.Translation;
using RnnActors.Data.Text;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Translation;

public sealed class TranslationTaskTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rnnactors-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Pairs_parted_by_tabs_are_recognised_and_a_sentence_stays_in_one_part()
    {
        string path = Write("pairs.txt", string.Concat(Enumerable.Range(0, 60).Select(i => $"go number {i / 2} now\tva numéro {i} !\tby someone\n")));
        var specification = RunSpecification.ForDataFile(path);
        Assert.Equal("translate", specification.Task.Name);
        Assert.Equal("source", Assert.IsType<TranslationDataSpec>(specification.Data).GroupBy);
        var task = specification.Task.Prepare(specification.Data, "", specification.Training);
        Assert.Equal(60, task.Train.Rows + task.Validation!.Rows + task.Test!.Rows);
        Assert.Equal(0, task.Test.Rows % 2);
        Assert.Equal("30", specification.Task.Summarize(path).Text.Split("pairs of ")[1].Split(' ')[0]);
    }

    [Fact]
    public void Many_pairs_are_cut_into_parts_of_words_unless_it_is_said_otherwise()
    {
        const int many = 20_000;
        string line = "go now\tva maintenant\n";
        string few = Write("few.txt", string.Concat(Enumerable.Repeat(line, many - 1))), path = Write("many.txt", string.Concat(Enumerable.Repeat(line, many)));
        TranslationDataSpec Of(string file, params string[] changes) =>
            Assert.IsType<TranslationDataSpec>(RunSpecification.ForDataFile(file, changes, "translate").Data);
        Assert.Equal(TextUnit.Words, Of(few).Unit);
        Assert.Equal(TextUnit.BytePairs, Of(path).Unit);
        Assert.Equal(TextUnit.Words, Of(path, "data.unit=words").Unit);
    }

    [Fact]
    public void What_attention_looks_at_is_drawn_with_how_to_read_it()
    {
        Translated shown = new("le chat", 0, ["the", "cat"], ["le", "chat"], [[0.9f, 0.1f], [0.2f, 0.8f]]);
        Heatmap map = Assert.Single(TranslationScore.Pictures([shown]));
        Assert.Equal(0.8f, (float)map.Values[1, 1]);
        Assert.StartsWith("Each row sums to 1.", map.Meaning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 2, "this line has 1 tab, but the first one has 0")]
    [InlineData(17, 18, "this line has 0 tabs, but the first one has 1")]
    public void A_pair_without_its_tab_is_named_and_makes_its_file_no_other(int row, int line, string problem)
    {
        string path = Write("pairs.txt", string.Concat(Enumerable.Range(0, 60).Select(i => $"go number {i} now{(i == row ? " " : "\t")}va numéro {i} !\n")));
        var specification = RunSpecification.ForDataFile(path);
        Assert.Equal("translate", specification.Task.Name);
        Assert.Contains($"pairs.txt:{line}: {problem}", Refusal(() => specification.Task.Prepare(specification.Data, "", specification.Training)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_reads_the_target_a_step_before_it_gives_it()
    {
        var spec = new TranslationDataSpec { Path = Write("p.txt", "a b\tx y\nb\tz\n"), MinCount = 1, Split = Whole };
        var pairs = FittedPairs.Fit(spec, PairFile.Read(spec.Path!, "p", null, null, spec.Format).Rows);
        Assert.Equal(["<unk>", "<s>", "</s>"], pairs.Target.Entries.Take(3));
        var (read, given) = pairs.EncodeTarget("x w");
        Assert.Equal([1, pairs.Target.NumberOf("x"), 0], read);
        Assert.Equal([pairs.Target.NumberOf("x"), 0, 2], given);
        Assert.Equal(FittedPairs.Format.ToJson(pairs),
            FittedPairs.Format.ToJson(FittedPairs.Format.Read(SourceParser.Parse(FittedPairs.Format.ToJson(pairs), "p"))));
    }

    [Fact]
    public void Words_of_pairs_that_are_not_trained_on_are_unknown()
    {
        string path = Write("pairs.txt", string.Concat(Enumerable.Range(0, 60).Select(i => $"go word{i}\tva mot{i}\n")));
        var specification = RunSpecification.ForDataFile(path).With(
            ["data.minCount=1", "data.split={\"validation\":\"group % 4 == 1\",\"test\":\"group % 4 == 0\"}"]);
        var task = (TranslationTask)specification.Task.Prepare(specification.Data, "", specification.Training);
        var pairs = FittedPairs.Format.Read(SourceParser.Parse(task.Preparation, "p"));
        for (int i = 0; i < 60; i++)
        {
            Assert.Equal(i % 4 > 1, pairs.Source.Contains($"word{i}"));
            Assert.Equal(i % 4 > 1, pairs.Target.Contains($"mot{i}"));
        }
    }

    [Fact]
    public void Two_files_are_read_line_by_line()
    {
        string source = Write("a.en", "one\n\ntwo words\n"), target = Write("a.fr", "un\n\ndeux mots\n");
        Assert.Equal([("one", "un"), ("two words", "deux mots")],
            PairFile.Read(source, "a.en", target, "a.fr", new()).Rows.Select(pair => (pair["source"], pair["target"])));
        Assert.StartsWith("a.en:3: this line has nothing beside it in a.fr", Refusal(() => PairFile.Read(source, "a.en", Write("b.fr", "un\n"), "a.fr", new())),
            StringComparison.Ordinal);
        Assert.StartsWith("a.fr:2: this line has nothing beside it in a.en",
            Refusal(() => PairFile.Read(source, "a.en", Write("c.fr", "un\nx\ndeux\n"), "a.fr", new())), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a b\tx\nc d\n", "p:2: this line has 0 tabs")]
    [InlineData("a b\nc d\n", "p:1: its lines have no tab")]
    [InlineData("a b\tx\n \ty\n", "p:2: the sentence is empty")]
    [InlineData("a b\tx\nz\t\n", "p:2: the translation is empty")]
    public void A_pair_that_lacks_a_side_is_told_with_its_line(string text, string message) =>
        Assert.StartsWith(message, Refusal(() => PairFile.Read(Write("p.txt", text), "p", null, null, new())), StringComparison.Ordinal);

    [Fact]
    public void The_nearest_sentence_shares_its_rarest_words()
    {
        var nearest = new NearestSentence([("the cat sleeps", "A"), ("the dog sleeps", "B"), ("the bird", "C"), ("the cat sleeps", "D")], TextCutter.Words);
        Assert.Equal(("B", "A", "A"), (nearest.Translate("a dog"), nearest.Translate("the cat"), nearest.Translate("unknown")));
    }

    [Fact]
    public void An_encoder_and_a_decoder_stand_for_the_list_of_layers_that_they_are_written_as()
    {
        var specification = RunSpecification.Parse(
            """
            { "task": "translate", "data": { "path": "p.txt" },
              "model": { "encoder": [{ "embedding": 4 }, { "lstm": 5 }], "decoder": [{ "embedding": 4 }, { "lstm": 5 }], "attention": "additive" },
              "training": { "loss": "crossEntropy", "optimizer": "adam", "batch": 16 } }
            """,
            "s", "");
        Assert.Equal(
            ["source_embedding", "encoder", "bridge", "bridge_cells", "target_embedding", "decoder", "attended", null],
                specification.Model.Layers.Select(layer => layer.Name));
        Assert.Equal(specification.ToJson(), RunSpecification.Parse(specification.ToJson(), "again", "").ToJson());
    }

    [Theory]
    [InlineData("""[{ "embedding": 4 }]""", """[{ "embedding": 4 }, { "gru": 5 }]""", "the encoder has no recurrent layer")]
    [InlineData("""[{ "gru": 4 }]""", """[{ "embedding": 4 }, { "gru": 5 }]""", "what reads the source has to begin with an embedding")]
    [InlineData("""[{ "embedding": 4 }, { "gru": 5 }]""", """[{ "embedding": 4 }, { "gru": 5, "bidirectional": true }]""", "the decoder is bidirectional")]
    [InlineData("""[{ "embedding": 4 }, { "gru": 5 }]""", """[{ "embedding": 4 }, { "simpleRnn": 5 }]""", "the decoder has to have one recurrent layer")]
    public void Parts_that_do_not_fit_are_refused_with_their_place(string encoder, string decoder, string problem)
    {
        string text = "{ \"task\": \"translate\", \"data\": { \"path\": \"p.txt\" }, \"training\": { \"loss\": \"crossEntropy\", \"optimizer\": \"adam\" },\n"
            + $"\"model\": {{ \"encoder\": {encoder}, \"decoder\": {decoder} }} }}";
        Assert.StartsWith($"s:2:10: model: {problem}", Refusal(() => RunSpecification.Parse(text, "s", "")), StringComparison.Ordinal);
    }

    [Fact]
    public void One_file_of_targets_is_not_that_of_several_parts()
    {
        const string Text = "{ \"task\": \"translate\", \"data\": { \"path\": \"a.en\", \"targetPath\": \"a.fr\", \"test\": \"b.en\" }, \"model\": {}, "
            + "\"training\": {} }";
        Assert.StartsWith("s:1:64: data.targetPath is the other side of path alone", Refusal(() => RunSpecification.Parse(Text, "s", "")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Teacher_forcing_is_a_schedule_of_translators_and_no_key_where_it_is_not_given()
    {
        string path = Write("pairs.txt", string.Concat(Enumerable.Range(0, 60).Select(i => $"go number {i} now\tva numéro {i} !\n")));
        var plain = RunSpecification.ForDataFile(path);
        Assert.DoesNotContain("teacherForcing", plain.ToJson(), StringComparison.Ordinal);
        var forced = plain.With(["training.teacherForcing={\"final\":0.5,\"steps\":100}"]);
        Assert.Equal(new(0.5, 100), forced.Training.TeacherForcing);
        Assert.Equal(forced.ToJson(), RunSpecification.Parse(forced.ToJson(), "again", "").ToJson());
    }

    /// <summary>A word is copied from where the attention points at most of all unknown words, and only where the source has one.</summary>
    [Fact]
    public void An_unknown_word_is_the_source_s_that_the_attention_points_at()
    {
        string[] colours = ["red", "green", "blue", "grey"];
        string path = Write("pairs.txt", string.Concat(Enumerable.Range(0, 64).Select(
            i => $"{colours[i % 4]} {colours[i / 4 % 4]} {colours[i / 16]}\tx{colours[i / 16]} x{colours[i / 4 % 4]} x{colours[i % 4]}\n")));
        var specification = RunSpecification.ForDataFile(path).With(
        [
            "model={\"encoder\":[{\"embedding\":4},{\"gru\":5}],\"decoder\":[{\"embedding\":4},{\"gru\":5}],\"attention\":\"general\"}",
            "data.minCount=1", "data.maxLength=6",
        ]);
        var spec = (TranslationDataSpec)specification.Data;
        var task = (TranslationTask)specification.Task.Prepare(spec, "", specification.Training);
        var pairs = FittedPairs.Format.Read(SourceParser.Parse(task.Preparation, "p"));
        Model model = new(specification.Model.WithOutputs(pairs.Target.Count).WithSteps(task.Train.Steps), task.Train.Inputs);
        int copied = 0;
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var parameters = model.CreateParameters(seed);
            parameters.Memory.Span[model.Layout.Slots[^1].Offset + (int)pairs.Target.Unknown!] += 2; // the bias: unknown words are likely
            var network = new TrainedNetwork(model, specification.Training, parameters, threads: 1);
            Translated[] translated = new Translator(pairs, spec, network).Translate([("red n1 green n2 blue n3", new("a")), ("red green blue", new("a"))]);
            Translated one = translated[0];
            int[] unknown = [.. Enumerable.Range(0, one.SourceUnits.Count).Where(i => !pairs.Source.Contains(one.SourceUnits[i]))];
            Assert.Equal(3, unknown.Length);
            for (int i = 0; i < one.Units.Count; i++)
            {
                if (pairs.Target.Contains(one.Units[i]) && one.Units[i] != Vocabulary.UnknownEntry) continue;
                Assert.Equal(one.SourceUnits[unknown.MaxBy(at => one.Attention[i][at])], one.Units[i]);
                copied++;
            }

            Assert.All(translated[1].Units, unit => Assert.True(pairs.Target.Contains(unit) && unit != Vocabulary.UnknownEntry, unit));
        }

        Assert.InRange(copied, 20, 120);
    }

    private static ExampleSplitSpec Whole => new(null, SplitPart.None, SplitPart.None);

    private static string Refusal<T>(Func<T> action) => Assert.Throws<InvalidInputException>(() => { _ = action(); }).Message;

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
