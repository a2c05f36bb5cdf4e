using RnnActors.Core.Generation;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;
using RnnActors.Tests;
using Xunit;

namespace RnnActors.Core.Tests.Generation;

public sealed class TokenGeneratorTests
{
    private const int Vocabulary = 11;

    public static TheoryData<Recurrent> Cells =>
    [
        new Lstm(9, true) { Layers = 2 }, new Gru(8, true), new SimpleRnn(17, true), new MinGru(17, true) { Layers = 2 }, new MinLstm(9, true) { Layers = 2 },
    ];

    [Theory]
    [MemberData(nameof(Cells))]
    public void Carried_states_give_the_bits_of_one_long_pass(Recurrent cell)
    {
        // So long that the products of all tokens are there before its end, and not at its beginning.
        var (model, parameters) = Create(cell);
        int[] text = [.. Enumerable.Range(0, 4 * Vocabulary).Select(i => ((i * i * i) + 3) % Vocabulary)];
        float[] whole = Outputs(model, parameters, text);
        using var generator = new TokenGenerator(model, parameters, new SamplingSpec());
        for (int i = 0; i < text.Length; i++)
        {
            generator.Feed([text[i]]);
            Assert.Equal(whole.AsSpan(i * Vocabulary, Vocabulary), generator.Logits);
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Greedy_text_is_the_argmax_of_a_whole_pass_over_each_prefix(Recurrent cell)
    {
        var (model, parameters) = Create(cell);
        List<int> text = [7, 2];
        using var generator = new TokenGenerator(model, parameters, new SamplingSpec { Temperature = 0 });
        generator.Feed([.. text]);
        for (int i = 0; i < 12; i++)
        {
            float[] last = Outputs(model, parameters, [.. text])[^Vocabulary..];
            text.Add(Array.IndexOf(last, last.Max()));
            Assert.Equal(text[^1], generator.Next());
        }
    }

    [Fact]
    public void The_same_seed_writes_the_same_text_and_another_seed_another()
    {
        var (model, parameters) = Create(new Lstm(9, true));
        int[] Write(ulong seed)
        {
            using var generator = new TokenGenerator(model, parameters, new SamplingSpec { Seed = seed });
            generator.Feed([1]);
            return [.. Enumerable.Range(0, 40).Select(_ => generator.Next())];
        }

        Assert.Equal(Write(5), Write(5));
        Assert.NotEqual(Write(5), Write(6));
    }

    /// <summary>With weights that are large enough to be shared out.</summary>
    [Fact]
    public void Threads_that_help_write_the_same_text()
    {
        var (model, parameters) = Create(new Lstm(128, true) { Layers = 2 });
        int[] Write(int threads)
        {
            using var generator = new TokenGenerator(model, parameters, new SamplingSpec(), threads);
            Assert.Equal(threads, generator.Threads);
            generator.Feed([1]);
            return [.. Enumerable.Range(0, 60).Select(_ => generator.Next())];
        }

        Assert.Equal(Write(1), Write(2));
        Assert.Equal(Write(1), Write(3));
    }

    [Fact]
    public void A_small_model_is_computed_by_one_thread()
    {
        var (model, parameters) = Create(new Lstm(9, true));
        using var generator = new TokenGenerator(model, parameters, new SamplingSpec());
        Assert.Equal(1, generator.Threads);
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_token_allocates_nothing(Recurrent cell)
    {
        var (model, parameters) = Create(cell);
        using var generator = new TokenGenerator(model, parameters, new SamplingSpec { TopK = 5, TopP = 0.9 });
        generator.Feed([1]);
        generator.Next();
        Allocations.AssertNone(() => generator.Next());
    }

    [Fact]
    public void Models_that_do_not_predict_the_next_token_are_refused()
    {
        static void Refused(Shape input, params LayerSpec[] layers)
        {
            var model = new Model(new ModelSpec(layers), input);
            Assert.Throws<InvalidInputException>(() => new TokenGenerator(model, model.CreateParameters(1).Memory, new SamplingSpec()));
        }

        Refused(new Shape(Vocabulary), new Lstm(4, true), new Dense(Vocabulary));
        Refused(Shape.Tokens(Vocabulary), new Embedding(3), new Lstm(4, true), new Dense(Vocabulary - 1));
        Refused(Shape.Tokens(Vocabulary), new Embedding(3), new Lstm(4), new Dense(Vocabulary));
        Refused(Shape.Tokens(Vocabulary), new Embedding(3), new Lstm(4, true) { Bidirectional = true }, new Dense(Vocabulary));
    }

    [Fact]
    public void A_text_needs_a_beginning_of_known_tokens()
    {
        var (model, parameters) = Create(new Lstm(9, true));
        using var generator = new TokenGenerator(model, parameters, new SamplingSpec());
        Assert.Throws<InvalidOperationException>(() => generator.Next());
        Assert.Throws<ArgumentOutOfRangeException>(() => generator.Feed([Vocabulary]));
    }

    private static (Model Model, float[] Parameters) Create(Recurrent cell)
    {
        var model = new Model(new ModelSpec([new Embedding(6) { Initializer = Initializer.Uniform(1) }, cell, new Dense(Vocabulary)]),
            Shape.Tokens(Vocabulary));
        return (model, model.CreateParameters(3).Span.ToArray());
    }

    /// <returns>(steps, V).</returns>
    private static float[] Outputs(Model model, float[] parameters, int[] text)
    {
        int[,] row = new int[1, text.Length];
        for (int i = 0; i < text.Length; i++) row[0, i] = text[i];
        return Prediction.Run(model, parameters, ArrayDataset.CreateInputs(row, Vocabulary, new TargetShape(Vocabulary, true, true)));
    }
}
