using RnnActors.Core.Losses;

namespace RnnActors.Core.Specifications;

/// <summary>Losses by their names.</summary>
internal static class LossFormat
{
    public static Format<Loss> Instance { get; } = new ChoiceFormat<Loss>("a loss")
        .Or("mse", new ObjectFormat<MeanSquaredError>("an object without keys", new()))
        .Or("mae", new ObjectFormat<MeanAbsoluteError>("an object without keys", new()))
        .Or("huber", new ObjectFormat<Huber>("the keys of the Huber loss", new())
            .Key("delta", "Errors beyond it count linearly.", Numbers.Positive(), l => l.Delta, (l, v) => l with { Delta = v }))
        .Or("crossEntropy", new ObjectFormat<SoftmaxCrossEntropy>("the keys of the cross-entropy", new())
            .Key(
                "ignoredLabel", "Positions with this label do not count; null where every position counts.",
                Numbers.Whole(int.MinValue).OrNull(), l => l.IgnoredLabel, (l, v) => l with { IgnoredLabel = v }))
        .Named("loss");
}
