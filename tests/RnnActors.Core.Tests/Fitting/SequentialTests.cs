using RnnActors.Core.Fitting;
using RnnActors.Core.Layers;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Tests.Training;
using Xunit;

namespace RnnActors.Core.Tests.Fitting;

public class SequentialTests
{
    private static readonly float[,] Pairs = { { 1, 2 }, { 3, 4 }, { 5, 6 }, { 7, 8 } };

    private static readonly float[,] Sums = { { 3 }, { 5 }, { 7 }, { 9 } };

    [Fact]
    public void The_classic_example_cannot_leave_the_range_of_its_last_tanh_and_says_so()
    {
        var model = new Sequential(new SimpleRnn(10, returnSequences: true), new SimpleRnn(1));
        model.Compile(new Adam(0.001), new MeanSquaredError());
        var history = model.Fit(Pairs.Reshape(4, 2, 1), Sums, epochs: 1000);
        Assert.Equal(1000, history.Loss.Count);
        Assert.InRange(history.Loss[^1], 29, 36);
        string warning = Assert.Single(history.Warnings);
        Assert.Contains("simpleRnn_1", warning, StringComparison.Ordinal);
        Assert.Contains("(-1, 1)", warning, StringComparison.Ordinal);
        Assert.Contains("from 3 to 9", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void With_a_linear_head_it_fits()
    {
        var model = new Sequential(new SimpleRnn(10), new Dense(1));
        model.Compile(new Adam(0.01), new MeanSquaredError());
        var history = model.Fit(Pairs.Reshape(4, 2, 1), Sums, epochs: 1000);
        Assert.Empty(history.Warnings);
        Assert.True(history.Loss[^1] < 0.01, $"{history.Loss[^1]}");
        float[,] predicted = model.Predict(Pairs.Reshape(4, 2, 1));
        for (int row = 0; row < 4; row++) Assert.Equal(Sums[row, 0], predicted[row, 0], 0.3f);
        double squares = Enumerable.Range(0, 4).Sum(row => Math.Pow(Sums[row, 0] - predicted[row, 0], 2));
        Assert.Equal(squares / 4, model.Evaluate(Pairs.Reshape(4, 2, 1), Sums), 1e-6);
    }

    [Fact]
    public void Fitting_twice_is_fitting_once_for_as_many_epochs()
    {
        var data = TestJobs.Values(10, 3, 2, 2, 1);
        Sequential Create()
        {
            var model = new Sequential(new Lstm(4) { RecurrentDropout = 0.2 }, new Dense());
            model.Compile(new Adam(0.01), new MeanSquaredError(), clipNorm: 1);
            return model;
        }

        Sequential once = Create(), twice = Create();
        once.Fit(data, epochs: 5, batchSize: 4);
        twice.Fit(data, epochs: 2, batchSize: 4);
        twice.Fit(data, epochs: 3, batchSize: 4);
        SameState.Assert(once.State!, twice.State!);
        Assert.Equal(once.Evaluate(data), twice.Evaluate(data));
    }

    /// <summary>Not a number and infinity, in arrays and in rows of their own lengths, wherever inputs are given.</summary>
    [Theory]
    [InlineData(float.NaN, "is NaN")]
    [InlineData(float.NegativeInfinity, "is infinite")]
    public void Inputs_that_are_no_numbers_are_refused_with_their_place(float value, string said)
    {
        var model = new Sequential(new Lstm(4), new Dense(1));
        model.Compile(new Adam(0.01), new MeanSquaredError());
        float[,,] inputs = new float[4, 3, 2], broken = new float[4, 3, 2];
        broken[2, 1, 1] = value;
        float[,] targets = new float[4, 1];
        var good = ArrayDataset.Create(inputs, targets);
        Refused(() => model.Fit(broken, targets));
        Refused(() => model.Fit(good, validation: ArrayDataset.Create(broken, targets)));
        Assert.Null(model.State);
        model.Fit(good);
        Refused(() => model.Predict(broken));
        Refused(() => model.Evaluate(broken, targets));
        Refused(() => model.Predict(ArrayDataset.CreateInputs(broken, new TargetShape(1, false, false))));
        Refused(() => RaggedDataset.Create([new float[1, 2], new float[5, 2], new float[,] { { 1, 2 }, { 3, value } }], [0, 1, 1], 2).RefuseNotNumbers());

        // A target that nobody observed is none of them.
        targets[0, 0] = float.NaN;
        model.Fit(inputs, targets);

        void Refused(Action action) => Assert.Contains(
            $"the input of row 2, step 1, feature 1, counted from 0, {said}", Assert.Throws<InvalidInputException>(action).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_must_be_compiled_and_fitted_first()
    {
        var model = new Sequential(new Lstm(4), new Dense(1));
        Assert.Throws<InvalidOperationException>(() => model.Fit(Pairs.Reshape(4, 2, 1), Sums));
        Assert.Throws<InvalidOperationException>(() => model.Predict(Pairs.Reshape(4, 2, 1)));
        Assert.Throws<InvalidOperationException>(() => model.Evaluate(TestJobs.Values(4, 2, 1, 1, 1)));
    }

    [Fact]
    public void Data_of_another_shape_are_refused_afterwards()
    {
        var model = new Sequential(new Lstm(4), new Dense(1));
        model.Compile(new Adam(0.001), new MeanSquaredError());
        model.Fit(Pairs.Reshape(4, 2, 1), Sums);
        Assert.Throws<InvalidInputException>(() => model.Fit(Pairs.Reshape(4, 1, 2), Sums));
    }

    [Fact]
    public void Values_keep_their_order_in_another_shape()
    {
        float[,,] reshaped = Pairs.Reshape(2, 1, 4);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], reshaped.Cast<float>());
        Assert.Equal((2, 1, 4), (reshaped.GetLength(0), reshaped.GetLength(1), reshaped.GetLength(2)));
        Assert.Throws<ArgumentException>(() => Pairs.Reshape(3, 1, 4));
    }

    /// <summary>Other shapes than those that the model was fitted to are refused everywhere, and in the same words.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Data_of_another_shape_are_refused_everywhere(int features)
    {
        var model = new Sequential(new Lstm(4), new Dense(1));
        model.Compile(new Adam(0.01), new MeanSquaredError());
        var fitted = ArrayDataset.Create(new float[5, 3, 2], new float[5, 1]);
        model.Fit(fitted);
        RefusedEverywhere(model, fitted, new float[5, 3, features],
            $"the model was fitted to a sequence of 2 values, but these data have a sequence of {features} values");
        Assert.Contains("3 are wanted",
            Assert.Throws<InvalidInputException>(() => model.Evaluate(ArrayDataset.Create(new float[5, 3, 2], new float[5, 3]))).Message,
            StringComparison.Ordinal);
        Assert.Contains("no steps", Assert.Throws<InvalidInputException>(() => ArrayDataset.Create(new float[5, 0, 2], new float[5, 1])).Message,
            StringComparison.Ordinal);
    }

    /// <summary>No bare exception of an argument: each says what the data lack.</summary>
    [Fact]
    public void Data_without_rows_steps_or_features_are_refused()
    {
        var model = Compiled(new Lstm(4), new Dense(1));
        Refused("there are no rows", () => model.Fit(new float[0, 3, 2], new float[0, 1]));
        Refused("the rows have no steps", () => model.Fit(new float[5, 0, 2], new float[5, 1]));
        Refused("the rows have no features", () => model.Fit(new float[5, 3, 0], new float[5, 1]));
        Refused("there are no rows", () => model.Fit(RaggedDataset.Create([], 3, Array.Empty<int>(), 2)));
        model.Fit(new float[5, 3, 2], new float[5, 1]);
        Refused("there are no rows", () => model.Fit(new float[0, 3, 2], new float[0, 1]));
        Refused("the rows have no steps", () => model.Predict(new float[5, 0, 2]));
        Refused("the rows have no features", () => model.Predict(new float[5, 3, 0]));
        Assert.Empty(model.Predict(new float[0, 3, 2]));
    }

    [Fact]
    public void Other_numbers_of_steps_are_read_where_no_layer_needs_its_own()
    {
        var model = Compiled(new Lstm(4), new Dense(1));
        model.Fit(new float[5, 3, 2], new float[5, 1]);
        model.Fit(new float[5, 9, 2], new float[5, 1], validation: ArrayDataset.Create(new float[5, 1, 2], new float[5, 1]));
        Assert.Equal(5, model.Predict(new float[5, 7, 2]).Length);
        Assert.True(double.IsFinite(model.Evaluate(ArrayDataset.Create(new float[5, 8, 2], new float[5, 1]))));
    }

    [Fact]
    public void A_flattened_row_has_as_many_steps_as_the_first_data_and_others_are_refused_everywhere()
    {
        var model = Compiled(
            new Lstm(4) { Name = "recurrent" }, new Flatten { Name = "window", Reads = new("input") }, new Concatenate { Reads = new("recurrent", "window") },
            new Dense(1));
        var fitted = TestJobs.Values(5, 3, 2, 1, 1);
        model.Fit(fitted);
        Assert.Equal([1, 4 + (3 * 2)], model.Model!.Layout["dense.weight"].Shape);
        RefusedEverywhere(model, fitted, new float[5, 4, 2], "the layer 'window' reads rows of 3 steps as one value, but they have 4 steps");
    }

    [Fact]
    public void Steps_that_segments_do_not_divide_are_refused_everywhere()
    {
        var model = Compiled(new Segments(3), new Lstm(4), new Dense(1));
        var fitted = TestJobs.Values(5, 6, 2, 1, 1);
        model.Fit(fitted);
        model.Evaluate(TestJobs.Values(5, 9, 2, 1, 1));
        RefusedEverywhere(model, fitted, new float[5, 4, 2], "the layer 'segments' cuts rows into segments of 3 steps, but they have 4 steps");
        Refused("which is no multiple of 3", () => Compiled(new Segments(3), new Lstm(4), new Dense(1)).Fit(new float[5, 4, 2], new float[5, 1]));
    }

    internal static void RefusedEverywhere(Sequential model, SequenceDataset fitted, float[,,] inputs, string problem)
    {
        var other = ArrayDataset.Create(inputs, new float[inputs.GetLength(0), 1]);
        foreach (Action use in new Action[]
        {
            () => model.Predict(inputs), () => model.Predict(other), () => model.Evaluate(other), () => model.Fit(other),
            () => model.Fit(fitted, validation: other),
        })
            Refused(problem, use);
    }

    private static void Refused(string problem, Action use) =>
        Assert.Contains(problem, Assert.Throws<InvalidInputException>(use).Message, StringComparison.Ordinal);

    private static Sequential Compiled(params LayerSpec[] layers)
    {
        var model = new Sequential(layers);
        model.Compile(new Adam(0.01), new MeanSquaredError());
        return model;
    }
}
