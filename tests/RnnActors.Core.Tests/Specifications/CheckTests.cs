using RnnActors.Core.Fitting;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Core.Tests.Specifications;

/// <summary>The rules of JSON hold for what is made in code too, and are told with the same words.</summary>
public sealed class CheckTests
{
    private static readonly TrainingSpec Good = new() { Loss = new MeanSquaredError(), Optimizer = new Adam(0.01) };

    public static TheoryData<TrainingSpec, string> BadTraining => new()
    {
        { Good with { Optimizer = new Adam(0) }, "training.optimizer.adam.learningRate must be a number above 0, not 0. The default is 0.001." },
        { Good with { Optimizer = new Sgd(-1) }, "training.optimizer.sgd.learningRate must be a number above 0, not -1" },
        { Good with { Optimizer = new RmsProp(double.NaN) }, "training.optimizer.rmsProp.learningRate must be a number above 0, not NaN" },
        { Good with { Optimizer = new AdamW(double.PositiveInfinity) }, "training.optimizer.adamW.learningRate" },
        { Good with { Optimizer = new Adam(0.1, Beta1: 1) }, "training.optimizer.adam.beta1 must be a number of at least 0 and below 1, not 1" },
        { Good with { Optimizer = new Sgd(0.1, Nesterov: true) }, "nesterov needs a momentum" },
        { Good with { Loss = new Huber(0) }, "training.loss.huber.delta" },
        { Good with { Batch = 0 }, "training.batch must be a whole number of at least 1, not 0" },
        { Good with { Batch = 4 }, "batch 4 is smaller than its 8 shards" },
        { Good with { Shards = 0 }, "training.shards" },
        { Good with { Epochs = 0 }, "training.epochs" },
        { Good with { MaxSteps = 0 }, "training.maxSteps" },
        { Good with { ClipNorm = -1 }, "training.clipNorm" },
        { Good with { ClipValue = double.NaN }, "training.clipValue" },
        { Good with { EarlyStopping = new EarlyStopping(0) }, "training.earlyStopping.patience" },
        { Good with { Schedule = new StepSchedule(0, 0.5) }, "training.schedule.step.epochsPerStep" },
        { Good with { Schedule = new CosineSchedule { WarmupSteps = -1 } }, "training.schedule.cosine.warmupSteps" },
    };

    public static TheoryData<LayerSpec, string> BadLayers => new()
    {
        { new Lstm(0), "model.0.lstm must be a whole number from 1 to 65536, not 0" },
        { new Gru(3) { Layers = 0 }, "model.0.layers" },
        { new SimpleRnn(3) { Dropout = 1 }, "model.0.dropout must be a number of at least 0 and below 1, not 1" },
        { new Lstm(3) { RecurrentDropout = -0.1 }, "model.0.recurrentDropout" },
        { new MinLstm(0), "model.0.minLstm must be a whole number from 1 to 65536, not 0" },
        { new Gru(3) { WeightDropout = 1 }, "model.0.weightDropout" },
        { new MinGru(3) { RecurrentDropout = 0.1 }, "a minGru layer has no recurrent product" },
        { new MinLstm(3) { WeightDropout = 0.1 }, "a minLstm layer has no recurrent product" },
        { new Dropout(double.NaN), "model.0.dropout" },
        { new Dense(-1), "model.0.dense" },
        { new Lstm(3) { ForgetBias = double.NaN }, "model.0.forgetBias" },
        { new Lstm(3) { KernelInitializer = Initializer.Uniform(0) }, "model.0.kernelInitializer.uniform" },
    };

    [Theory]
    [MemberData(nameof(BadTraining))]
    public void Every_way_of_training_refuses_hyperparameters_out_of_range(TrainingSpec training, string message)
    {
        var data = ArrayDataset.Create(new float[9, 2, 1], new float[9, 1]);
        var problem = Assert.Throws<InvalidInputException>(() => new TrainingPlan(training, data, validates: true));
        Assert.StartsWith(message, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(BadLayers))]
    public void A_model_refuses_layers_out_of_range(LayerSpec layer, string message)
    {
        var problem = Assert.Throws<InvalidInputException>(() => new Model(new ModelSpec([layer]), new Shape(2)));
        Assert.StartsWith(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_needs_layers() => Assert.Throws<InvalidInputException>(() => new Model(new ModelSpec([]), new Shape(2)));

    [Fact]
    public void What_has_no_name_here_is_left_to_whoever_wrote_it()
    {
        TrainingFormat.Instance.Check(Good with { Optimizer = new Halving(-1) }, "training");
        Assert.Throws<NotSupportedException>(() => TrainingFormat.Instance.ToJson(Good with { Optimizer = new Halving(-1) }));
    }

    [Fact]
    public void A_refused_fit_leaves_the_model_as_it_was()
    {
        var model = new Sequential(new Lstm(3), new Dense(1));
        model.Compile(new Adam(-1), new MeanSquaredError());
        Assert.Throws<InvalidInputException>(() => model.Fit(new float[9, 2, 1], new float[9, 1]));
        Assert.Null(model.Model);
        Assert.Null(model.State);
    }

    private sealed record Halving(double LearningRate) : Optimizer(LearningRate)
    {
        public override string Name => "halving";

        public override IReadOnlyList<string> Moments => [];

        public override void Update(Span<float> parameters, ReadOnlySpan<float> gradients, Span<float> firstMoment, Span<float> secondMoment, UpdateStep step)
        {
            foreach (ref float parameter in parameters) parameter /= 2;
        }
    }
}
