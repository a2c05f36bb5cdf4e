using RnnActors.Core.Specifications;
using RnnActors.Data.Tasks.Examples;
using RnnActors.Data.Text;

namespace RnnActors.Data.Tasks.Classification;

/// <summary>The labels and the input, fitted on the training part.</summary>
/// <param name="Labels">The classes by their numbers.</param>
/// <param name="Counts">Training examples of each class.</param>
/// <param name="TextField">The field of the sentence; empty if the input is not text.</param>
/// <param name="LabelField">The field of the label.</param>
internal sealed record ClassificationPreparation(Vocabulary Labels, IReadOnlyList<int> Counts, FittedInput Input, string TextField, string LabelField)
{
    private static readonly Vocabulary NoLabels = Vocabulary.Of([""]);

    public static Format<ClassificationPreparation> Format { get; } =
        new ObjectFormat<ClassificationPreparation>("what a classifier was fitted to", new(NoLabels, [], null!, "", ""))
            .Required("labels", "The classes by their numbers.", Vocabulary.Format, p => p.Labels, (p, v) => p with { Labels = v })
            .Required("counts", "Training examples of each class.", new ListFormat<int>("counts", Numbers.Whole(0)), p => p.Counts,
                (p, v) => p with { Counts = v })
            .Required("textField", "The field of the sentence.", new TextFormat(), p => p.TextField, (p, v) => p with { TextField = v })
            .Required("labelField", "The field of the label.", new TextFormat(), p => p.LabelField, (p, v) => p with { LabelField = v })
            .Required("input", "What is read of an example.", FittedInputs.Format, p => p.Input, (p, v) => p with { Input = v });

    /// <summary>The most frequent class of the training part.</summary>
    public int Majority => Counts.Index().MaxBy(count => count.Item).Index;
}
