using RnnActors.Core.Specifications;

namespace RnnActors.Core.Objectives;

/// <summary>Objectives by their names.</summary>
internal static class ObjectiveFormat
{
    private static readonly Format<ClassWeights> Weights = new MappedFormat<IReadOnlyList<double>, ClassWeights>(new ListFormat<double>("weights",
        Numbers.Positive(), 1), weights => new ClassWeights(weights), weights => weights);

    public static Format<Objective> Instance { get; } = new ChoiceFormat<Objective>("a loss")
        .Or("mse", new ObjectFormat<MeanSquaredError>("an object without keys", new()))
        .Or("mae", new ObjectFormat<MeanAbsoluteError>("an object without keys", new()))
        .Or("huber", new ObjectFormat<Huber>("the keys of the Huber loss", new())
            .Key("delta", "Errors beyond it count linearly.", Numbers.Positive(), l => l.Delta, (l, v) => l with { Delta = v }))
        .Or("crossEntropy", new ObjectFormat<SoftmaxCrossEntropy>("the keys of the cross-entropy", new())
            .Key(
                "ignoredLabel", "Positions with this label do not count; null where every position counts.",
                Numbers.Whole(int.MinValue).OrNull(), l => l.IgnoredLabel, (l, v) => l with { IgnoredLabel = v })
            .Key(
                "classWeights", "The weight of each class, in the order of their numbers; null where all are 1.",
                Weights.OrNothing(), l => l.ClassWeights, (l, v) => l with { ClassWeights = v })
            .Optional(
                "labelSmoothing", "The share of a label's probability that is spread over all classes.",
                Numbers.BelowOne(), l => l.LabelSmoothing, (l, v) => l with { LabelSmoothing = v }))
        .Or("binaryCrossEntropy", new ObjectFormat<BinaryCrossEntropy>("the keys of the binary cross-entropy", new())
            .Key(
                "positiveWeights", "The weight of a true target of each output, beside 1 for a false one; null where all are 1.",
                Weights.OrNothing(), l => l.PositiveWeights, (l, v) => l with { PositiveWeights = v }))
        .Or("gaussian", new ObjectFormat<GaussianLikelihood>("the keys of the Gaussian likelihood", new())
            .Key("minVariance", "The least variance.", Numbers.Positive(), l => l.MinVariance, (l, v) => l with { MinVariance = v })
            .Key("full", "Whether its constant, half of log 2π, is added.", new BooleanFormat(), l => l.Full, (l, v) => l with { Full = v }))
        .Or("studentT", new ObjectFormat<StudentT>("an object without keys", new()))
        .Or("negativeBinomial", new ObjectFormat<NegativeBinomial>("an object without keys", new()))
        .Or("quantile", new ListFormat<double>("levels", Numbers.Fraction(), 1), levels => new QuantileLoss(new(levels)), loss => loss.Levels.ToList())
        .Or("ctc", new ObjectFormat<Ctc>("the keys of CTC", new())
            .Key("blank", "The class that means no label.", Numbers.Whole(0), l => l.Blank, (l, v) => l with { Blank = v })
            .Key("reduction", "mean, each divided by its target's length first, or sum.", Names.Of<CtcReduction>(), l => l.Reduction,
                (l, v) => l with { Reduction = v })
            .Key("zeroInfinity", "Whether rows that are too short for their labels count as 0.", new BooleanFormat(), l => l.ZeroInfinity,
                (l, v) => l with { ZeroInfinity = v }))
        .Named("loss");
}
