using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Data.Examples;
using RnnActors.Data.Tasks.Examples;

namespace RnnActors.Data.Tasks.Classification;

/// <summary>Examples with the network's inputs and targets.</summary>
internal sealed record LabelledRows(IReadOnlyList<Example> Examples, InputRows Inputs, int[] Labels, RaggedDataset Data)
{
    /// <returns>Null if there are no examples.</returns>
    /// <exception cref="InvalidInputException">An example is empty, or its label is none of the training part's.</exception>
    public static LabelledRows? Of(ClassificationPreparation preparation, IReadOnlyList<Example> examples)
    {
        if (examples.Count == 0) return null;
        int[] labels = [.. examples.Select(example => LabelOf(preparation, example))];
        InputRows inputs = preparation.Input.Encode(examples);
        return new LabelledRows(examples, inputs, labels, inputs.WithLabels(labels, preparation.Labels.Count));
    }

    /// <summary>The training examples, with their augmented copies.</summary>
    public static LabelledRows OfTraining(ClassificationPreparation preparation, IReadOnlyList<Example> examples)
    {
        (InputRows inputs, int[] exampleOf) = preparation.Input.EncodeTraining(examples);
        int[] labels = [.. exampleOf.Select(example => LabelOf(preparation, examples[example]))];
        return new LabelledRows([.. exampleOf.Select(example => examples[example])], inputs, labels, inputs.WithLabels(labels, preparation.Labels.Count));
    }

    private static int LabelOf(ClassificationPreparation preparation, Example example)
    {
        string label = example[preparation.LabelField];
        int number = preparation.Labels.NumberOf(label);
        if (number >= 0) return number;
        string known = string.Join(", ", preparation.Labels.Entries.Take(20));
        bool areSentences = preparation.Labels.Entries.Count(entry => entry.Contains(' ')) * 2 > preparation.Labels.Count;
        if (areSentences)
        {
            throw new InvalidInputException(
                $"no training example has the label \"{label}\", and most labels have several words",
                $"Give it a label of the training examples; or {SentenceColumns.PairsInstead}", example.Where);
        }

        throw new InvalidInputException(
            $"no training example has the label \"{label}\"", Suggestion.Nearest(label, preparation.Labels.Entries) is { } nearest
                ? $"Did you mean {nearest}? If it is a class of its own, give the training part examples of it, or leave it out"
                : $"Give it one of {known}, or train with examples of it", example.Where);
    }
}
