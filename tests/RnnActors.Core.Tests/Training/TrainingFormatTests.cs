using CsCheck;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Problems;
using RnnActors.Core.Specifications;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Core.Tests.Training;

public class TrainingFormatTests
{
    private static readonly Gen<double> Share = Gen.Double[0, 0.999];
    private static readonly Gen<double> Positive = Gen.Double[1e-12, 1e6];

    private static readonly Gen<Objective> AnyLoss = Gen.OneOf(
        Gen.Const<Objective>(new MeanSquaredError()),
        Gen.Const<Objective>(new MeanAbsoluteError()),
        Positive.Select(delta => (Objective)new Huber(delta)),
        Gen.Int.Nullable().Select(label => (Objective)new SoftmaxCrossEntropy(label)));

    private static readonly Gen<Optimizer> AnyOptimizer = Gen.OneOf(
        Gen.Select(Positive, Share, Positive).Select((rate, momentum, decay) => (Optimizer)new Sgd(rate, momentum, momentum > 0.5, decay)),
        Gen.Select(Positive, Share, Positive, Share).Select((rate, rho, epsilon, momentum) => (Optimizer)new RmsProp(rate, rho, epsilon, momentum)),
        Gen.Select(Positive, Share, Share, Positive).Select((rate, beta1, beta2, epsilon) => (Optimizer)new Adam(rate, beta1, beta2, epsilon)),
        Gen.Select(Positive, Share, Share, Positive).Select((rate, beta1, beta2, decay) => (Optimizer)new AdamW(rate, beta1, beta2, 1e-7, decay)));

    private static readonly Gen<LearningRateSchedule> AnySchedule =
        from warmup in Gen.Int[0, 1000]
        from share in Gen.Double[0.001, 1]
        from epochs in Gen.Int[1, 100]
        from kind in Gen.Int[0, 4]
        let schedules = (LearningRateSchedule[])
        [
            new ConstantSchedule(), new StepSchedule(epochs, share), new ExponentialSchedule(share), new CosineSchedule(share),
            new ReduceOnPlateau(share, epochs, share, share),
        ]
        select schedules[kind] with { WarmupSteps = warmup };

    private static readonly Gen<TrainingSpec> AnyTraining =
        from loss in AnyLoss
        from optimizer in AnyOptimizer
        from schedule in AnySchedule.Null()
        from shards in Gen.Int[1, 64]
        from more in Gen.Int[0, 1000]
        from epochs in Gen.Int[1, 1000]
        from steps in Gen.Long[1, long.MaxValue].Nullable()
        from norm in Positive.Nullable()
        from value in Positive.Nullable()
        from seed in Gen.ULong
        from stopping in Gen.Select(Gen.Int[1, 100], Positive, (patience, delta) => new EarlyStopping(patience, delta)).Null()
        from averaging in Gen.Select(
            Gen.Int[1, 100], Gen.Int[0, 100].Nullable(), Share.Nullable(), (patience, start, decay) => new Averaging(patience, start, decay)).Null()
        where stopping is null || averaging is null or { StartEpoch: not null } || averaging.Patience < stopping.Patience
        select new TrainingSpec
        {
            Loss = loss,
            Optimizer = optimizer,
            Schedule = schedule,
            Batch = shards + more,
            Shards = shards,
            Epochs = epochs,
            MaxSteps = steps,
            ClipNorm = norm,
            ClipValue = value,
            Seed = seed,
            EarlyStopping = stopping,
            Averaging = averaging,
        };

    [Fact]
    public void Training_that_is_written_reads_back_the_same()
    {
        AnyTraining.Sample(training => Assert.Equal(training, Parse(TrainingFormat.Instance.ToJson(training))));
    }

    [Fact]
    public void A_bare_name_stands_for_its_defaults()
    {
        TrainingSpec training = Parse("""{ "loss": "huber", "optimizer": "adamW", "schedule": "cosine" }""");

        Assert.Equal(new Huber(1), training.Loss);
        Assert.Equal(new AdamW(0.001, 0.9, 0.999, 1e-8, 0.01), training.Optimizer);
        Assert.Equal(new CosineSchedule(), training.Schedule);
    }

    [Theory]
    [InlineData("\"batch\": 4",
        "t:1:43: batch 4 is smaller than its 8 shards: some of them would have no rows. Make the batch at least 8, or shards at most 4.")]
    [InlineData("\"batch\": 0", "t:1:43: batch must be a whole number of at least 1, not 0. The default is 32.")]
    [InlineData("\"batch\": 1e99", "t:1:43: batch must be a whole number of at least 1, not 1e99. The default is 32.")]
    [InlineData("\"btach\": 4", "t:1:34: unknown key \"btach\" in a specification. Did you mean \"batch\"?")]
    [InlineData("\"clipNorm\": -1", "t:1:46: clipNorm must be a number above 0, not -1. The default is null.")]
    [InlineData("\"seed\": -1", "t:1:42: seed must be a whole number of at least 0, not -1. The default is 1.")]
    [InlineData("\"schedule\": \"cosin\"", "t:1:46: unknown value \"cosin\" in schedule. Did you mean \"cosine\"?")]
    [InlineData("\"schedule\": { \"cosine\": {}, \"step\": {} }",
        "t:1:46: schedule must be a schedule of one kind, not an object. Keep one of \"cosine\", \"step\".")]
    [InlineData("\"earlyStopping\": { \"patience\": 0 }", "t:1:65: earlyStopping.patience must be a whole number of at least 1, not 0. The default is 5.")]
    [InlineData("\"teacherForcing\": { \"final\": 2, \"steps\": 10 }", "t:1:63: teacherForcing.final must be a")]
    public void What_cannot_train_is_refused_with_its_place(string key, string expected)
    {
        var problem = Assert.Throws<InvalidInputException>(() => Parse($$"""{"loss":"mse","optimizer":"adam",{{key}}}"""));
        Assert.StartsWith(expected, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", "not 0. The default is 0.001.")]
    [InlineData("-0.1", "not -0.1. The default is 0.001.")]
    [InlineData("1e999", "not 1e999. The default is 0.001.")]
    [InlineData("\"NaN\"", "not the string \"NaN\". The default is 0.001.")]
    public void A_learning_rate_that_is_not_above_0_is_refused(string rate, string expected)
    {
        var problem = Assert.Throws<InvalidInputException>(() => Parse($$"""{"loss":"mse","optimizer":{"adam":{"learningRate":{{rate}} } } }"""));
        Assert.Equal($"t:1:51: optimizer.adam.learningRate must be a number above 0, {expected}", problem.Message);
    }

    [Theory]
    [InlineData("{\"loss\":\"mse\"}",
        "t:1:1: the specification lacks the key \"optimizer\". Give an optimizer: sgd, rmsProp, adam, adamW: how parameters follow gradients.")]
    [InlineData("{\"loss\":\"mse\",\"optimizer\":{\"sgd\":{\"nesterov\":true}}}", "t:1:46: nesterov needs a momentum.")]
    [InlineData("{\"loss\":3,\"optimizer\":\"sgd\"}",
        "t:1:9: loss must be a loss: mse, mae, huber, crossEntropy, binaryCrossEntropy, gaussian, studentT, negativeBinomial, quantile, ctc, not 3.")]
    public void What_is_incomplete_is_refused(string json, string expected)
    {
        var problem = Assert.Throws<InvalidInputException>(() => Parse(json));
        Assert.StartsWith(expected, problem.Message, StringComparison.Ordinal);
    }

    private static TrainingSpec Parse(string json) => TrainingFormat.Instance.Read(SourceParser.Parse(json, "t"));
}
