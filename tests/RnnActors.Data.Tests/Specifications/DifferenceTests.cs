using RnnActors.Data.Specifications;
using Xunit;

namespace RnnActors.Data.Tests.Specifications;

public class DifferenceTests
{
    private static readonly RunSpecification Run = RunSpecification.Parse(Examples.Forecast, "a.json", "");

    [Theory]
    [InlineData("training.epochs=20", "training.epochs: 10 → 20")]
    [InlineData("training.maxSteps=5", "training.maxSteps: none → 5")]
    [InlineData("training.optimizer.adam.learningRate=0.5", "training.optimizer.adam.learningRate: 0.001 → 0.5")]
    [InlineData("training.schedule=cosine", "training.schedule: none → {\"cosine\":{\"warmupSteps\":0,\"finalFactor\":0}}")]
    [InlineData("training.earlyStopping.patience=9", "training.earlyStopping.patience: 3 → 9")]
    [InlineData("checkpoint.keep=9", "checkpoint.keep: 3 → 9")]
    [InlineData("data.path=b.csv", "data.path: \"ETTh1.csv\" → \"b.csv\"")]
    public void A_resumed_run_may_change(string change, string expected) => AssertOne(change, expected, mayChange: true);

    [Theory]
    [InlineData("training.batch=64", "training.batch: 32 → 64")]
    [InlineData("training.shards=4", "training.shards: 8 → 4")]
    [InlineData("training.seed=2", "training.seed: 1 → 2")]
    [InlineData("training.loss=mae", "training.loss: \"mse\" → \"mae\"")]
    [InlineData("training.clipNorm=null", "training.clipNorm: 1 → none")]
    [InlineData("training.optimizer.adam.beta1=0.5", "training.optimizer.adam.beta1: 0.9 → 0.5")]
    [InlineData("model.0.lstm=32", "model.0.lstm: 64 → 32")]
    [InlineData("data.window=48", "data.window: 96 → 48")]
    [InlineData("data.split.test=100", "data.split.test: 2880 → 100")]
    public void A_resumed_run_may_not_change(string change, string expected) => AssertOne(change, expected, mayChange: false);

    [Fact]
    public void Another_optimizer_is_one_difference_that_is_not_allowed()
    {
        SpecificationDifference difference = Assert.Single(RunSpecification.Differences(Run, Run.With(["training.optimizer=sgd"])));
        Assert.Equal(("training.optimizer", false), (difference.Path, difference.MayChange));
    }

    [Fact]
    public void Another_task_differs_and_may_not_be_resumed()
    {
        RunSpecification text = RunSpecification.Parse(Examples.LanguageModel, "b.json", "");
        Assert.Contains(RunSpecification.Differences(Run, text), difference => difference is { Path: "task", MayChange: false });
    }

    private static void AssertOne(string change, string expected, bool mayChange)
    {
        SpecificationDifference difference = Assert.Single(RunSpecification.Differences(Run, Run.With([change])));
        Assert.Equal((expected, mayChange), (difference.ToString(), difference.MayChange));
    }
}
