using RnnActors.Core.Fitting;
using RnnActors.Core.Layers;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Tests.Checkpoints;
using Xunit;

namespace RnnActors.Core.Tests.Fitting;

public sealed class SequentialSavingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<Optimizer> Optimizers => [new Adam(0.01), new AdamW(0.01), new RmsProp(0.01), new Sgd(0.01, 0.9, true), new Sgd(0.1)];

    private string Path => System.IO.Path.Combine(_folder.Path, "model.safetensors");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_loaded_model_predicts_the_same_bits_and_is_fitted_further_to_the_same_bits(Optimizer optimizer)
    {
        var (inputs, targets) = Data();
        var validation = ArrayDataset.Create(inputs, targets);
        var model = new Sequential(new Gru(5, true) { Layers = 2, Dropout = 0.2 }, new Lstm(4), new Dense { Activation = ActivationFunction.Tanh });
        model.Compile(optimizer, new Huber(0.7), new ReduceOnPlateau(0.5, 1) { WarmupSteps = 3 }, 0.5);
        model.Fit(inputs, targets, 3, 4, 2, validation: validation);
        model.Save(Path);
        var loaded = Sequential.Load(Path);
        Assert.Equal(model.Predict(inputs), loaded.Predict(inputs));

        var expected = model.Fit(inputs, targets, 2, 4, 2, validation: validation);
        var actual = loaded.Fit(inputs, targets, 2, 4, 2, validation: validation);
        Assert.Equal(expected.Loss, actual.Loss);
        Assert.Equal(expected.ValidationLoss, actual.ValidationLoss);
        Assert.Equal(model.State!.Parameters.Span, loaded.State!.Parameters.Span);
        Assert.Equal(model.State.Best!.Span, loaded.State.Best!.Span);
        Assert.Equal(model.State.Progress, loaded.State.Progress);
    }

    [Fact]
    public void A_loaded_model_predicts_with_the_average_and_goes_on_with_it()
    {
        var (inputs, targets) = Data();
        var model = new Sequential(new Gru(5), new Dense());
        model.Compile(new Sgd(0.1), new MeanSquaredError(), averaging: new Averaging(StartEpoch: 1));
        model.Fit(inputs, targets, 3, 4, 2);
        model.Save(Path);
        var loaded = Sequential.Load(Path);
        float[,] averaged = model.Predict(inputs);
        Assert.Equal(averaged, loaded.Predict(inputs));
        Assert.Equal(model.Evaluate(ArrayDataset.Create(inputs, targets)), loaded.Evaluate(ArrayDataset.Create(inputs, targets)));

        model.Fit(inputs, targets, 2, 4, 2);
        loaded.Fit(inputs, targets, 2, 4, 2);
        Assert.Equal(model.State!.Average!.Span, loaded.State!.Average!.Span);
        Assert.Equal(model.State.Parameters.Span, loaded.State.Parameters.Span);
        Assert.NotEqual(model.State.Parameters.Span.ToArray(), loaded.State.Average.Span.ToArray());

        // What it predicts with is what a new optimiser begins with.
        averaged = model.Predict(inputs);
        model.Compile(new Adam(0.01), new MeanSquaredError());
        Assert.Equal(averaged, model.Predict(inputs));
    }

    [Fact]
    public void A_language_model_keeps_its_vocabulary()
    {
        int[,] tokens = { { 0, 1, 2 }, { 2, 1, 0 } };
        var model = new Sequential(new Embedding(3), new SimpleRnn(4, true), new Dense());
        model.Compile(new Adam(0.01), new SoftmaxCrossEntropy());
        model.Fit(ArrayDataset.Create(tokens, 3, tokens, 3), 2);
        model.Save(Path);
        var loaded = Sequential.Load(Path);
        Assert.Equal(model.Model!.Input, loaded.Model!.Input);
        Assert.Equal(model.State!.Parameters.Span, loaded.State!.Parameters.Span);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void A_loaded_model_refuses_data_of_another_shape(int features)
    {
        var (inputs, targets) = Data();
        Fitted().Save(Path);
        SequentialTests.RefusedEverywhere(
            Sequential.Load(Path), ArrayDataset.Create(inputs, targets), new float[5, 4, features],
            $"the model was fitted to a sequence of 2 values, but these data have a sequence of {features} values");
    }

    [Fact]
    public void A_loaded_model_keeps_the_steps_that_it_flattens()
    {
        var (inputs, targets) = Data();
        var model = new Sequential(new Segments(2), new Gru(3, true), new Flatten(2), new Dense(1));
        model.Compile(new Adam(0.01), new MeanSquaredError());
        model.Fit(inputs, targets);
        model.Save(Path);
        var loaded = Sequential.Load(Path);
        Assert.Equal(model.Predict(inputs), loaded.Predict(inputs));
        SequentialTests.RefusedEverywhere(loaded, ArrayDataset.Create(inputs, targets), new float[5, 6, 2],
            "the layer 'flatten' reads rows of 2 steps as one value, but they have 3 steps");

        var whole = new Sequential(new Flatten(), new Dense(1));
        whole.Compile(new Adam(0.01), new MeanSquaredError());
        whole.Fit(inputs, targets);
        whole.Save(Path);
        Assert.Equal(new Flatten(4), Sequential.Load(Path).Model!.Spec.Layers[0]);
    }

    [Fact]
    public void Saving_replaces_a_file_and_leaves_nothing_beside_it()
    {
        var model = Fitted();
        File.WriteAllText(Path, "something else");
        model.Save(Path);
        model.Save(Path);
        Assert.Equal([Path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_damaged_or_foreign_file_is_refused()
    {
        Fitted().Save(Path);
        byte[] bytes = File.ReadAllBytes(Path);
        bytes[^3] ^= 4;
        File.WriteAllBytes(Path, bytes);
        Assert.Contains(Path, Assert.Throws<InvalidInputException>(() => Sequential.Load(Path)).Message, StringComparison.Ordinal);
        File.WriteAllText(Path, "{}");
        Assert.Throws<InvalidInputException>(() => Sequential.Load(Path));
        Assert.Throws<InvalidInputException>(() => Sequential.Load(Path + "x"));
    }

    [Fact]
    public void A_model_that_was_never_fitted_cannot_be_saved() => Assert.Throws<InvalidOperationException>(() => new Sequential(new Lstm(2)).Save(Path));

    [Fact]
    public void Compiling_again_keeps_the_parameters_and_takes_a_new_optimizer()
    {
        var (inputs, targets) = Data();
        var model = Fitted();
        float[,] before = model.Predict(inputs);
        model.Compile(new Sgd(0.01, 0.9), new MeanAbsoluteError());
        Assert.Equal(before, model.Predict(inputs));
        model.Fit(inputs, targets, 2);
        Assert.Single(model.State!.Moments);
        Assert.NotEqual(before, model.Predict(inputs));
    }

    private static Sequential Fitted()
    {
        var (inputs, targets) = Data();
        var model = new Sequential(new SimpleRnn(3), new Dense(1));
        model.Compile(new Adam(0.01), new MeanSquaredError());
        model.Fit(inputs, targets);
        return model;
    }

    private static (float[,,] Inputs, float[,] Targets) Data()
    {
        float[,,] inputs = new float[10, 4, 2];
        float[,] targets = new float[10, 1];
        for (int row = 0; row < 10; row++)
        {
            for (int t = 0; t < 4; t++) (inputs[row, t, 0], inputs[row, t, 1]) = (((row * 7) + t) % 5 / 4f, ((row * 3) + (t * t)) % 7 / 6f);
            targets[row, 0] = inputs[row, 3, 0] - inputs[row, 1, 1];
        }

        return (inputs, targets);
    }
}
