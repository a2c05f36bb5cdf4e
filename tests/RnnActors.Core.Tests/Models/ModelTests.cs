using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Tests.Training;
using Xunit;

namespace RnnActors.Core.Tests.Models;

public class ModelTests
{
    [Fact]
    public void Parameters_have_PyTorchs_names_behind_those_of_their_layers()
    {
        var model = new Model(new ModelSpec([new Lstm(3, true) { Bidirectional = true }, new Lstm(2) { Layers = 2 }, new Dense(1)]), new Shape(4));
        string[] cell = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"];
        Assert.Equal(
            [.. cell.Select(name => $"lstm.{name}_l0"), .. cell.Select(name => $"lstm.{name}_l0_reverse"), .. cell.Select(name => $"lstm_1.{name}_l0"),
                .. cell.Select(name => $"lstm_1.{name}_l1"), "dense.weight", "dense.bias"],
            model.Layout.Slots.Select(slot => slot.Name));
        Assert.Equal(
            [
                "minGru.weight_ih_l0", "minGru.bias_ih_l0", "minGru.weight_ih_l0_reverse", "minGru.bias_ih_l0_reverse",
                "minLstm.weight_ih_l0", "minLstm.bias_ih_l0",
            ],
            new Model(new ModelSpec([new MinGru(3, true) { Bidirectional = true }, new MinLstm(2)]), new Shape(4)).Layout.Slots.Select(slot => slot.Name));
        Assert.Equal([12, 4], model.Layout["lstm.weight_ih_l0"].Shape);
        Assert.Equal([8, 6], model.Layout["lstm_1.weight_ih_l0"].Shape);
        Assert.Equal([8], model.Layout["lstm_1.bias_hh_l1"].Shape);
        Assert.Equal((2 * 2 * 3) + (2 * 2 * 2), model.StateWidth);
    }

    public static TheoryData<string, LayerSpec[], Shape> Misfits => new()
    {
        { "at least", [], new Shape(1) },
        { "sequence", [new Lstm(3), new Gru(2)], new Shape(1) },
        { "embedding", [new Lstm(3)], Shape.Tokens(5) },
        { "embedding", [new Dense(3)], Shape.Tokens(5) },
        { "embedding", [new Dropout(0.5)], Shape.Tokens(5) },
        { "embedding", [new Activation(ActivationFunction.Tanh)], Shape.Tokens(5) },
        { "tokens", [new Embedding(3)], new Shape(1) },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void Layers_that_do_not_fit_are_refused(string named, LayerSpec[] layers, Shape input) =>
        Assert.Contains(named, Assert.Throws<InvalidInputException>(() => new Model(new ModelSpec(layers), input)).Message, StringComparison.Ordinal);

    public static TheoryData<string, LayerSpec[], Objective> Mismatches => new()
    {
        { "gives 3 values, but 2 are wanted", [new Lstm(4), new Dense(3)], new MeanSquaredError() },
        { "gives every step", [new Lstm(4, true), new Dense(2)], new MeanSquaredError() },
        { "needs class labels", [new Lstm(4), new Dense(2)], new SoftmaxCrossEntropy() },
    };

    [Theory]
    [MemberData(nameof(Mismatches))]
    public void A_model_that_does_not_suit_its_data_is_refused(string named, LayerSpec[] layers, Objective loss)
    {
        var data = TestJobs.Values(4, 3, 2, 2, 1);
        Assert.Contains(named, Assert.Throws<InvalidInputException>(() => ModelCheck.Matches(new Model(new ModelSpec(layers), data.Input), data, loss)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_suits_its_data_is_not()
    {
        foreach (string kind in TestJobs.Kinds)
        {
            var job = TestJobs.Create(kind);
            ModelCheck.Matches(job.Model, job.Data, job.Training.Loss);
        }
    }

    [Theory]
    [InlineData(ActivationFunction.Tanh, -0.9f, 0.9f, false)]
    [InlineData(ActivationFunction.Tanh, -0.9f, 1.1f, true)]
    [InlineData(ActivationFunction.Sigmoid, -0.1f, 0.9f, true)]
    [InlineData(ActivationFunction.Relu, 0f, 1e9f, false)]
    [InlineData(ActivationFunction.Relu, -1f, 1f, true)]
    [InlineData(ActivationFunction.Linear, -1e9f, 1e9f, false)]
    public void Targets_beyond_the_range_of_the_last_layer_are_warned_of(ActivationFunction function, float min, float max, bool warns)
    {
        LayerSpec[] heads = [new Dense(1) { Activation = function }, new Activation(function), new SimpleRnn(1) { Activation = function }];
        foreach (LayerSpec last in heads)
            Assert.Equal(warns, OutputRange.Warn(new Model(new ModelSpec([last]), new Shape(2)), min, max) is not null);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Targets_beyond_tanh_are_warned_of_unless_the_lstm_is_projected(int projection, bool warns)
    {
        var model = new Model(new ModelSpec([new Lstm(3) { Projection = projection }]), new Shape(2));
        Assert.Equal(warns, OutputRange.Warn(model, -2, 2) is not null);
    }

    /// <summary>The head that a specification leaves to the task gets as many units as the task has outputs; no other does.</summary>
    [Fact]
    public void The_tasks_outputs_are_filled_in() =>
        Assert.Equal([new Dense(3), new Dense(7)], new ModelSpec([new Dense(3), new Dense()]).WithOutputs(7).Layers);
}
