using RnnActors.Core.Specifications;

namespace RnnActors.Core.Optimizers;

/// <summary>Schedules of the learning rate by their names.</summary>
internal static class ScheduleFormat
{
    public static Format<LearningRateSchedule> Instance { get; } = new ChoiceFormat<LearningRateSchedule>("a schedule")
        .Or("constant", WithWarmup(new ConstantSchedule()))
        .Or("step", WithWarmup(new StepSchedule(10, 0.1))
            .Key("epochsPerStep", "Epochs between two drops.", Numbers.Whole(1), s => s.EpochsPerStep, (s, v) => s with { EpochsPerStep = v })
            .Key("factor", "What the rate is multiplied with at each drop.", Numbers.Fraction(), s => s.Factor, (s, v) => s with { Factor = v }))
        .Or("exponential", WithWarmup(new ExponentialSchedule(0.95))
            .Key(
                "factorPerEpoch", "What the rate is multiplied with over an epoch.",
                Numbers.Fraction(), s => s.FactorPerEpoch, (s, v) => s with { FactorPerEpoch = v })
            .Optional(
                "delayEpochs", "Epochs before the first drop, beside the first epoch itself.",
                Numbers.Whole(0), s => s.DelayEpochs, (s, v) => s with { DelayEpochs = v }))
        .Or("cosine", WithWarmup(new CosineSchedule())
            .Key("finalFactor", "The share of the rate that is left at the end.", Numbers.Share(), s => s.FinalFactor, (s, v) => s with { FinalFactor = v }))
        .Or("reduceOnPlateau", WithWarmup(new ReduceOnPlateau())
            .Key("factor", "What the rate is multiplied with.", Numbers.Fraction(), s => s.Factor, (s, v) => s with { Factor = v })
            .Key("patience", "Epochs without an improvement before it is.", Numbers.Whole(0), s => s.Patience, (s, v) => s with { Patience = v })
            .Key(
                "minDelta", "How much lower a validation loss must be to count as an improvement.",
                Numbers.AtLeastZero(), s => s.MinDelta, (s, v) => s with { MinDelta = v })
            .Key("minFactor", "The share of the rate that is always left.", Numbers.Share(), s => s.MinFactor, (s, v) => s with { MinFactor = v }))
        .Named("schedule");

    private static ObjectFormat<T> WithWarmup<T>(T blank)
        where T : LearningRateSchedule =>
        new ObjectFormat<T>($"the keys of {typeof(T).Name}", blank)
            .Key(
                "warmupSteps", "Over the first so many steps the rate rises linearly.",
                Numbers.Whole(0), s => s.WarmupSteps, (s, v) => (T)(s with { WarmupSteps = v }));
}
