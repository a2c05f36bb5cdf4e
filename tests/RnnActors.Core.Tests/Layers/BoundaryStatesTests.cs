using CsCheck;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Parameters;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Tests.Kernels;
using RnnActors.Core.Tests.Kernels.Simd;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Core.Tests.Layers;

[Collection(VectorWidthTests.Name)]
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

    /// <summary>Rows of values in lists, word by word: forward the state at each boundary, backward the gradient there and +0 elsewhere.</summary>
    [Fact]
    public void It_is_its_plain_twin_at_every_width() => Gen.Select(Sentences, Gen.Int[1, 19], Gen.UInt[1, 1000]).Sample((sentences, features, seed) =>
    {
        int[] words = [.. sentences.Select(sentence => sentence.Length)], lengths = [.. sentences.Select(sentence => sentence.Sum(word => word.Length + 1))];
        float[][] states = [.. lengths.Select((length, row) => Pseudorandom.Floats(length * features, seed + (uint)row))];
        float[][] wanted = [.. words.Select((count, row) => Pseudorandom.Floats(count * features, seed + 500 + (uint)row))];
        float[][] at = [.. words.Select(count => new float[count * features])], back = [.. lengths.Select(length => new float[length * features])];
        for (int row = 0; row < sentences.Length; row++)
        {
            for (int word = 0, end = -1; word < words[row]; word++)
            {
                end += sentences[row][word].Length + 1;
                for (int i = 0; i < features; i++)
                {
                    at[row][(word * features) + i] = states[row][(end * features) + i];
                    back[row][(end * features) + i] = wanted[row][(word * features) + i];
                }
            }
        }

        foreach (var (values, gradient) in VectorWidthTests.AtEveryWidth(() => Run(sentences, features, lengths, words, states, wanted)))
        {
            SameBits.Assert([.. at.SelectMany(row => row)], values);
            SameBits.Assert([.. back.SelectMany(row => row)], gradient);
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

    /// <summary>Values and gradients row by row; the gradient's memory had something in it before.</summary>
    private static (float[] Values, float[] Gradient) Run(
        int[][][] sentences, int features, int[] lengths, int[] words, float[][] states, float[][] wanted)
    {
        int rows = sentences.Length;
        SequenceLayout spelt = new(lengths.Max(), rows, isRagged: true), said = new(words.Max(), rows, isRagged: true);
        spelt.Fill(lengths);
        said.Fill(words);
        SignalBuffer input = new(spelt, new Shape(features), needsGradient: true), of = new(said, Shape.Tokens(Words), needsGradient: false),
            characters = new(spelt, Shape.Tokens(Characters), needsGradient: false);
        for (int row = 0; row < rows; row++)
        {
            int[] letters = [.. sentences[row].SelectMany(word => word.Append(0))];
            for (int t = 0; t < lengths[row]; t++)
            {
                int position = spelt.PositionOf(t, row);
                characters.Tokens[position] = letters[t];
                states[row].AsSpan(t * features, features).CopyTo(input.Values[(position * features)..]);
            }
        }

        var layer = new BoundaryStatesLayer(
            new BoundaryStates(), new PassSetup([input, of, characters], rows, Training: true, 0, IsLast: false, "at.", new ParameterLayout()));
        var context = new PassContext(rows, 0, true, 0, 0, false, 0);
        layer.Forward(context, [], []);
        for (int row = 0; row < rows; row++)
        {
            for (int word = 0; word < words[row]; word++)
                wanted[row].AsSpan(word * features, features).CopyTo(layer.Output.Gradient[(said.PositionOf(word, row) * features)..]);
        }

        input.Gradient.Fill(7);
        layer.Backward(context, []);
        return (Rows(layer.Output.Values.ToArray(), said), Rows(input.Gradient.ToArray(), spelt));

        float[] Rows(float[] values, SequenceLayout layout) => [.. Enumerable.Range(0, rows).SelectMany(row =>
            Enumerable.Range(0, layout.LengthOf(row)).SelectMany(t => values[(layout.PositionOf(t, row) * features)..][..features]))];
    }

    private static RaggedDataset Data(int[][][] sentences) => RaggedDataset.CreateTagged(
        [.. sentences.Select(sentence => sentence.Select((word, i) => (word.Length + i) % Words).ToArray())], Words,
        [.. sentences.Select(sentence => sentence.SelectMany(word => word.Append(0)).ToArray())], Characters,
        [.. sentences.Select(sentence => sentence.Select(word => word.Length % Tags).ToArray())], Tags);
}
