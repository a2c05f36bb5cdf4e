using CsCheck;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Core.Tests.Layers;

public class BoundaryStatesTests
{
    private const int Words = 4, Characters = 5, Tags = 3;

    private static readonly ModelSpec Spec = new(
    [
        new Embedding(3) { Name = "characters_in", Reads = new("characters"), Initializer = Initializer.Uniform(1) },
        new Gru(4, returnSequences: true) { Name = "spelling" },
        new BoundaryStates(0) { Name = "at_words", Reads = new("spelling", "words", "characters") },
        new Embedding(2) { Name = "words_in", Reads = new("words"), Initializer = Initializer.Uniform(1) },
        new Concatenate { Reads = new("words_in", "at_words") },
        new Dense(Tags),
    ]);

    /// <summary>Sentences: for each word its characters, without the boundary.</summary>
    private static readonly Gen<int[][][]> Sentences = Gen.Int[1, Characters - 1].Array[0, 4].Array[1, 5].Array[1, 6];

    [Fact]
    public void A_word_has_the_state_at_its_boundary() => Sentences.Sample(sentences =>
    {
        var data = Data(sentences);
        var states = new Model(new ModelSpec([.. Spec.Layers.Take(2)]), data.Inputs);
        var words = new Model(new ModelSpec([.. Spec.Layers.Take(3)]), data.Inputs);
        ReadOnlyMemory<float> parameters = states.CreateParameters(3).Memory;
        float[][] each = Prediction.RunEach(states, parameters, data), found = Prediction.RunEach(words, parameters, data);
        for (int row = 0; row < sentences.Length; row++)
        {
            int at = -1;
            for (int word = 0; word < sentences[row].Length; word++)
            {
                at += sentences[row][word].Length + 1;
                Assert.Equal(each[row].AsSpan(at * 4, 4).ToArray(), found[row].AsSpan(word * 4, 4).ToArray());
            }
        }
    }, iter: 30, threads: 1);

    [Fact]
    public void What_it_cannot_read_is_refused()
    {
        IReadOnlyList<NamedSignal> inputs = Data([[[1]]]).Inputs;
        void Refused(string problem, params LayerSpec[] layers) => Assert.Contains(
            problem, Assert.Throws<InvalidInputException>(() => new Model(new ModelSpec(layers), inputs)).Message, StringComparison.Ordinal);
        LayerSpec vectors = new Embedding(2) { Name = "v", Reads = new("characters") }, others = new Embedding(2) { Name = "w", Reads = new("words") };
        Refused("reads 1 signals", vectors, new BoundaryStates { Reads = new("v") });
        Refused("the states have other steps than the characters", others, new BoundaryStates { Reads = new("w", "words", "characters") });
        Refused("the boundary is token 5, but there are 5 characters", vectors, new BoundaryStates(5) { Reads = new("v", "words", "characters") });
        Refused("has to be states at every character", vectors, new BoundaryStates { Reads = new("words", "words", "characters") });
    }

    [Fact]
    public void A_row_with_another_number_of_boundaries_than_words_is_refused()
    {
        var data = RaggedDataset.CreateTagged([[1, 2]], Words, [[1, 0, 2]], Characters, [[0, 0]], Tags);
        var model = new Model(Spec, data.Inputs);
        Assert.Contains("has 2 words, but 1 boundaries",
            Assert.Throws<InvalidInputException>(() => Prediction.RunEach(model, model.CreateParameters(1).Memory, data)).Message, StringComparison.Ordinal);
    }

    private static RaggedDataset Data(int[][][] sentences) => RaggedDataset.CreateTagged(
        [.. sentences.Select(sentence => sentence.Select((word, i) => (word.Length + i) % Words).ToArray())], Words,
        [.. sentences.Select(sentence => sentence.SelectMany(word => word.Append(0)).ToArray())], Characters,
        [.. sentences.Select(sentence => sentence.Select(word => word.Length % Tags).ToArray())], Tags);
}
