using RnnActors.Core.Checkpoints;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Training;

/// <summary>The file format of an <see cref="ArrayDataset"/>: the tensors <c>inputs</c> (rows, steps, features) or <c>tokens</c> (rows, steps), and
/// <c>targets</c> (rows, target steps, outputs) or <c>labels</c>.</summary>
public sealed class ArrayDatasetFormat : DatasetFormat
{
    public override string Kind => "array";

    public override DatasetContent? Describe(SequenceDataset dataset)
    {
        if (dataset is not ArrayDataset array) return null;
        (int rows, int steps, TargetShape target) = (array.Rows, array.Steps, array.Target);
        int targetSteps = target.IsSequence ? steps : 1;
        List<NamedTensor> tensors = [
            array.Input.IsTokens
                ? NamedTensor.Of<int>("tokens", array.TokenValues, rows, steps)
                : NamedTensor.Of<float>("inputs", array.InputValues, rows, steps, array.Input.Features)];
        if (array.Labels.Length > 0) tensors.Add(NamedTensor.Of<int>("labels", array.Labels, rows, targetSteps));
        else if (array.Targets.Length > 0) tensors.Add(NamedTensor.Of<float>("targets", array.Targets, rows, targetSteps, target.Outputs));
        return new DatasetContent(tensors, [
            Number("vocabulary", array.Input.Vocabulary), Number("outputs", target.Outputs), Number("sequence", target.IsSequence ? 1 : 0),
                Number("labelled", target.IsLabels ? 1 : 0)]);
    }

    public override SequenceDataset Read(SafetensorsFile file)
    {
        int vocabulary = Number(file, "vocabulary", 0);
        TargetShape target = new(Number(file, "outputs", 1), Number(file, "sequence", 0, 1) == 1, Number(file, "labelled", 0, 1) == 1);
        float[] inputs = [], targets = [];
        int[] tokens = [], labels = [];
        long[] extents;
        if (vocabulary > 0) tokens = Values<int>(file, "tokens", out extents, -1, -1);
        else inputs = Values<float>(file, "inputs", out extents, -1, -1, -1);
        if (extents.Contains(0)) throw Malformed(file, "it has no rows, no steps or no values");
        (int rows, int steps) = ((int)extents[0], (int)extents[1]);
        if (tokens.AsSpan().ContainsAnyExceptInRange(0, vocabulary - 1)) throw Malformed(file, $"a token is outside the vocabulary of {vocabulary}");
        int targetSteps = target.IsSequence ? steps : 1;
        if (file.Find("labels") is not null && target.IsLabels) labels = Values<int>(file, "labels", out _, rows, targetSteps);
        else if (file.Find("targets") is not null && !target.IsLabels) targets = Values<float>(file, "targets", out _, rows, targetSteps, target.Outputs);
        return ArrayDataset.OfArrays(rows, steps, vocabulary > 0 ? Shape.Tokens(vocabulary) : new Shape((int)extents[2]), target, inputs, tokens, targets,
            labels);
    }
}
