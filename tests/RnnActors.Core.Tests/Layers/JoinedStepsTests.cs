using RnnActors.Core.Generation;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;
using RnnActors.Core.Tests.Training;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Core.Tests.Layers;

/// <summary>Segments and flattened rows.</summary>
public class JoinedStepsTests
{
    /// <summary>An LSTM over segments of two steps, and a linear path beside it.</summary>
    private static readonly LayerSpec[] Paths =
    [
        new Segments(2) { Name = "pieces" }, new Lstm(3) { Name = "recurrent" }, new Flatten(4) { Name = "window", Reads = new("input") },
        new Concatenate { Reads = new("recurrent", "window") }, new Dense(2),
    ];

    public static TheoryData<string, LayerSpec[]> Networks => new()
    {
        { "segments", [new Dense(2), new Segments(2), new Gru(3) { Bidirectional = true }, new Dense(2)] },
        { "every segment", [new Segments(2), new Lstm(3, true), new Dense(2)] },
        {
            "segments of segments",
            [new Segments(2), new Gru(2, true), new Segments(2), new Dense(2) { Activation = ActivationFunction.Tanh }, new SimpleRnn(2)]
        },
        { "segments below nothing", [new Gru(2, true), new Segments(4), new Pooling(PoolingMode.Last), new Dense(1)] },
        { "flatten", [new Lstm(3, true) { Layers = 2, Bidirectional = true }, new Flatten(4), new Dense(2)] },
        { "flatten at the end", [new Gru(2, true), new Flatten(4)] },
        { "flattened segments", [new Segments(2), new Gru(3, true), new Flatten(2), new Dense(2)] },
        { "two paths", Paths },
        {
            "segments beside segments",
            [
                new Segments(2) { Name = "a" }, new Gru(2, true) { Name = "b" }, new Segments(2) { Name = "c", Reads = new("input") },
                new Concatenate { Reads = new("b", "c", "a") },
                new Flatten(2), new Dense(2),
            ]
        },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void They_have_the_outputs_of_a_plain_twin_and_the_gradients_of_differences(string name, LayerSpec[] layers)
    {
        Assert.NotEmpty(name);
        for (uint seed = 1; seed <= 4; seed++)
        {
            foreach ((int rows, int shards) in new[] { (1, 1), (3, 2), (4, 4) })
                Assert.True(new GradientCase(layers, new Shape(1 + ((int)seed % 3)), new MeanSquaredError(), rows, 4, seed % 2 == 0, shards, seed).Check());
        }
    }

    [Fact]
    public void Embedded_tokens_are_joined_as_values_are()
    {
        LayerSpec[][] chains = [[new Embedding(2), new Segments(2), new Gru(3), new Dense(2)], [new Embedding(2), new Flatten(4), new Dense(2)]];
        foreach (LayerSpec[] layers in chains)
            Assert.True(new GradientCase(layers, Shape.Tokens(3), new MeanSquaredError(), 5, 4, false, 2, 8).Check());
    }

    [Fact]
    public void Steps_lie_side_by_side_oldest_first()
    {
        float[,,] inputs = new float[2, 4, 2];
        for (int i = 0; i < inputs.Length; i++) inputs[i / 8, i / 2 % 4, i % 2] = i;
        float[][] Of(params LayerSpec[] layers) =>
            Prediction.RunEach(new Model(new ModelSpec(layers), new Shape(2)), default, ArrayDataset.CreateInputs(inputs, new TargetShape(1, false, false)));
        float[][] rows = [[.. Enumerable.Range(0, 8).Select(i => (float)i)], [.. Enumerable.Range(8, 8).Select(i => (float)i)]];
        Assert.Equal(rows, Of(new Flatten(4)));
        Assert.Equal(rows, Of(new Segments(2)));
        Assert.Equal([[4, 5, 6, 7], [12, 13, 14, 15]], Of(new Segments(2), new Pooling(PoolingMode.Last)));
        Assert.Equal(
            rows.SelectMany(row => row),
            Prediction.Run(new Model(new ModelSpec([new Segments(2)]), new Shape(2)), default,
            ArrayDataset.CreateInputs(inputs, new TargetShape(4, true, false))));
    }

    [Theory]
    [InlineData("""[{"segments":2},{"lstm":3},{"flatten":4,"name":"window","reads":["input"]},{"concatenate":true,"reads":["lstm","window"]},{"dense":2}]""")]
    [InlineData("""[{"flatten":"window"},{"dense":"targets"}]""")]
    public void A_specification_is_read_and_written(string json)
    {
        ModelSpec read = ModelFormat.Parse(json, "model");
        ModelSpec again = ModelFormat.Parse(ModelFormat.Forecast.ToJson(read), "model");
        Assert.Equal(read.Layers, again.Layers);
        Assert.Equal(ModelFormat.Forecast.ToJson(read), ModelFormat.Forecast.ToJson(again));
    }

    [Theory]
    [InlineData("""[{"segments":0}]""", "0.segments must be a whole number")]
    [InlineData("""[{"flatten":"targets"}]""", "or \"window\"")]
    [InlineData("""[{"flatten":true}]""", "0.flatten must be a whole number")]
    public void Other_numbers_of_steps_are_refused(string json, string problem) =>
        Assert.Contains(problem, Assert.Throws<InvalidInputException>(() => ModelFormat.Parse(json, "model")).Message, StringComparison.Ordinal);

    [Fact]
    public void Only_tasks_whose_rows_have_equal_lengths_know_the_window()
    {
        SourceNode node = SourceParser.Parse("""[{"flatten":"window"}]""", "model");
        Assert.Throws<InvalidInputException>(() => ModelFormat.LanguageModel.Read(node));
        Assert.Equal([new Flatten(24)], ModelFormat.Forecast.Read(node).WithSteps(24).Layers);
    }

    public static TheoryData<string, LayerSpec[], Shape> Misfits => new()
    {
        { "embedding", [new Segments(2)], Shape.Tokens(5) },
        { "embedding", [new Flatten(2)], Shape.Tokens(5) },
        { "one value a row", [new Gru(2), new Segments(2)], new Shape(1) },
        { "one value a row", [new Gru(2), new Flatten(2)], new Shape(1) },
        { "does not know how many steps", [new Flatten()], new Shape(1) },
        { "too many to join", [new Segments(65536)], new Shape(65536) },
        { "too many to join", [new Segments(65536), new Dense(1), new Segments(65536)], new Shape(1) },
        {
            "signals with the same steps",
            [new Segments(2) { Name = "pieces" }, new Concatenate { Reads = new("pieces", "input") }], new Shape(1)
        },
        {
            "signals with the same steps",
            [new Segments(2) { Name = "a" }, new Segments(4) { Name = "b", Reads = new("input") }, new Concatenate { Reads = new("a", "b") }], new Shape(1)
        },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void What_they_cannot_read_is_refused(string problem, LayerSpec[] layers, Shape input) =>
        Assert.Contains(problem, Assert.Throws<InvalidInputException>(() => new Model(new ModelSpec(layers), input)).Message, StringComparison.Ordinal);

    [Fact]
    public void Rows_of_a_wrong_number_of_steps_are_refused_with_what_to_change()
    {
        Refused(5, "the layer 'segments' cuts rows into segments of 2 steps, but they have 5 steps", "Give rows of 4 or 6 steps", new Segments(2), new Gru(2),
            new Dense(2));
        Refused(5, "the layer 'segments' cuts rows into segments of 24 steps, but they have 5 steps", "Give rows of 24 steps", new Segments(24), new Gru(2),
            new Dense(2));
        Refused(5, "the layer 'flatten' reads rows of 4 steps as one value, but they have 5 steps", "Give rows of 4 steps", new Flatten(4), new Dense(2));
        Refused(6, "the layer 'flatten' reads rows of 6 steps as one value, but they have 3 steps", "Give rows of 6 steps", new Segments(2), new Flatten(6),
            new Dense(2));

        static void Refused(int steps, string problem, string remedy, params LayerSpec[] layers)
        {
            var model = new Model(new ModelSpec(layers), new Shape(3));
            var data = TestJobs.Values(4, steps, 3, 2, 1);
            Action[] uses =
            [
                () => ModelCheck.Matches(model, data, new MeanSquaredError()), () => Prediction.RunEach(model, model.CreateParameters(1).Memory, data),
            ];
            foreach (Action use in uses)
            {
                string message = Assert.Throws<InvalidInputException>(use).Message;
                Assert.Contains(problem, message, StringComparison.Ordinal);
                Assert.Contains(remedy, message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Rows_of_lengths_of_their_own_are_refused()
    {
        var data = RaggedDataset.Create([[0, 1], [1, 0]], 2, [0, 1], 2);
        LayerSpec[][] chains = [[new Embedding(2), new Segments(2), new Gru(2), new Dense(2)], [new Embedding(2), new Flatten(2), new Dense(2)]];
        foreach (LayerSpec[] layers in chains)
        {
            var model = new Model(new ModelSpec(layers), data.Inputs);
            Action[] uses =
            [
                () => ModelCheck.Matches(model, data, new SoftmaxCrossEntropy()), () => Prediction.RunEach(model, model.CreateParameters(1).Memory, data),
            ];
            foreach (Action use in uses)
                Assert.Contains("rows have lengths of their own", Assert.Throws<InvalidInputException>(use).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_target_at_every_step_does_not_suit_segments()
    {
        var data = ArrayDataset.Create(new float[2, 4, 1], new float[2, 4, 1]);
        var model = new Model(new ModelSpec([new Segments(2), new Gru(2, true), new Dense(1)]), data.Inputs);
        Assert.Contains(
            "gives one value for 2 steps", Assert.Throws<InvalidInputException>(() => ModelCheck.Matches(model, data, new MeanSquaredError())).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_joins_steps_cannot_go_on_a_step_at_a_time()
    {
        LayerSpec[][] networks =
        [
            [new Embedding(2) { Name = "words" }, new Flatten(4) { Name = "all" }, new Gru(8, true) { Reads = new("words", "all") }, new Dense(3)],
            [new Embedding(2), new Segments(2), new Gru(2, true), new Dense(3)],
        ];
        foreach (LayerSpec[] layers in networks)
        {
            var model = new Model(new ModelSpec(layers), Shape.Tokens(3));
            string problem = Assert.Throws<InvalidInputException>(() =>
                new TokenGenerator(model, model.CreateParameters(1).Memory, new SamplingSpec())).Message;
            Assert.Contains("reads several steps at once, so the model cannot go on from step to step", problem, StringComparison.Ordinal);
        }
    }
}
