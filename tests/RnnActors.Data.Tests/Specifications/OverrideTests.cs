using RnnActors.Core.Layers;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Problems;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks.Forecasting.Windows;
using Xunit;

namespace RnnActors.Data.Tests.Specifications;

public class OverrideTests
{
    [Fact]
    public void Any_key_can_be_changed()
    {
        RunSpecification run = Forecast(
            "data.window=48", "data.culture=de-DE", "data.delimiter=;", "data.targets.0=HUFL", "data.season=24", "model.0.lstm=32", "model.0.layers=1",
            "training.optimizer.adam.learningRate=0.01", "training.clipNorm=null", "training.schedule.cosine.warmupSteps=5", "checkpoint={\"keep\":9}");
        var data = (ForecastDataSpec)run.Data;

        Assert.Equal((48, "de-DE", ';', "HUFL", 24), (data.Window, data.Culture, data.Delimiter, data.Targets[0], data.Season));
        Assert.Equal(new Lstm(32) { Dropout = 0.1 }, run.Model.Layers[0]);
        Assert.Equal(new Adam(0.01), run.Training.Optimizer);
        Assert.Equal(new CosineSchedule { WarmupSteps = 5 }, run.Training.Schedule);
        Assert.Null(run.Training.ClipNorm);
        Assert.Equal(new CheckpointSpec(200, 9), run.Checkpoint);
    }

    [Fact]
    public void Another_kind_can_be_chosen()
    {
        RunSpecification run = Forecast("model.0.gru=16", "training.optimizer.sgd.momentum=0.9", "training.loss=mae", "training.optimizer.sgd.nesterov=true");

        Assert.Equal(new Gru(16) { Layers = 2, Dropout = 0.1 }, run.Model.Layers[0]);
        Assert.Equal(new Sgd(0.01, 0.9, true), run.Training.Optimizer);
        Assert.Equal("mae", run.Training.Loss.Name);
    }

    [Fact]
    public void Keys_that_every_layer_has_can_be_changed()
    {
        LayerSpec layer = Forecast("model.0.trainable=false", "model.0.name=first").Model.Layers[0];
        Assert.Equal((false, "first"), (layer.Trainable, layer.Name));
    }

    [Fact]
    public void The_last_override_wins() => Assert.Equal(3, Forecast("training.epochs=2", "training.epochs=3").Training.Epochs);

    [Fact]
    public void A_specification_in_memory_can_be_changed()
    {
        RunSpecification run = Forecast().With(["training.epochs=77"]);
        Assert.Equal(77, run.Training.Epochs);
        var problem = Assert.Throws<InvalidInputException>(() => run.With(["training.shards=64"]));
        Assert.StartsWith("the specification: batch 32 is smaller than its 64 shards", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("training.btach=3", "unknown key \"btach\" in training. Did you mean \"batch\"?")]
    [InlineData("trainig.batch=3", "unknown key \"trainig\" in a specification. Did you mean \"training\"?")]
    [InlineData("training.batch.size=3", "training.batch is a whole number of at least 1 and has nothing inside it.")]
    [InlineData("training.batch=0", "training.batch must be a whole number of at least 1, not 0. The default is 32.")]
    [InlineData("training.batch=many", "training.batch must be a whole number of at least 1, not the string \"many\". The default is 32.")]
    [InlineData("training.batch=4", "batch 4 is smaller than its 8 shards")]
    [InlineData("training.optimizer.adm.learningRate=1", "unknown key \"adm\" in training.optimizer. Did you mean \"adam\"?")]
    [InlineData("training.optimizer.adam.rate=1", "unknown key \"rate\" in training.optimizer.adam.")]
    [InlineData("training.optimizer.adam.learningRate=0", "training.optimizer.adam.learningRate must be a number above 0, not 0. The default is 0.001.")]
    [InlineData("model.2.lstm=3", "model has no item \"2\": it is a list of 2. Choose one of 0 to 1.")]
    [InlineData("model.0.layer=3", "unknown key \"layer\" in model.0. Did you mean \"layers\"?")]
    [InlineData("data.window=1.5", "data.window must be a whole number of at least 1, not 1.5. The default is 24.")]
    public void What_is_not_known_or_wrong_is_refused_by_its_override(string change, string expected)
    {
        var problem = Assert.Throws<InvalidInputException>(() => Forecast(change));
        Assert.StartsWith($"--set {change}: {expected}", problem.Message, StringComparison.Ordinal);
    }

    private static RunSpecification Forecast(params string[] overrides) => RunSpecification.Parse(Examples.Forecast, "a.json", "", overrides);
}
