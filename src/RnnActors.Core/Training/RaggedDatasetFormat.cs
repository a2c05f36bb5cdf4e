using RnnActors.Core.Checkpoints;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Training;

/// <summary>
/// The file format of a <see cref="RaggedDataset"/>. Each input has <c>input.i.values</c> (steps of all rows, features) or <c>input.i.tokens</c> (steps of all
/// rows), and <c>input.i.starts</c> (rows + 1). The targets are <c>targets</c> or <c>labels</c>, and <c>target.starts</c>.
/// </summary>
public sealed class RaggedDatasetFormat : DatasetFormat
{
    private const int MaxInputs = 64;

    public override string Kind => "ragged";

    public override DatasetContent? Describe(SequenceDataset dataset)
    {
        if (dataset is not RaggedDataset ragged) return null;
        List<NamedTensor> tensors = [];
        var target = ragged.Target;
        List<KeyValuePair<string, string>> metadata =
        [
            Number("inputs", ragged.Sources.Count), Number("outputs", target.Outputs), Number("sequence", target.IsSequence ? 1 : 0),
            Number("labelled", target.IsLabels ? 1 : 0),
            Number("axis", target.Axis), Number("max_length", target.MaxLength),
        ];
        for (int i = 0; i < ragged.Sources.Count; i++)
        {
            var source = ragged.Sources[i];
            metadata.Add(new($"input.{i}.name", source.Named.Name));
            metadata.Add(Number($"input.{i}.vocabulary", source.Named.Shape.Vocabulary));
            tensors.Add(source.Tokens is not null
                ? NamedTensor.Of<int>($"input.{i}.tokens", source.Tokens.Values, source.Tokens.Values.Length)
                : NamedTensor.Of<float>($"input.{i}.values", source.Values!.Values, source.Starts[^1], source.Values.Width));
            tensors.Add(NamedTensor.Of<int>($"input.{i}.starts", source.Starts, source.Starts.Length));
        }

        if (ragged.Labels is { } labels)
        {
            tensors.Add(NamedTensor.Of<int>("labels", labels.Values, labels.Values.Length));
            tensors.Add(NamedTensor.Of<int>("target.starts", labels.Starts, labels.Starts.Length));
        }
        else if (ragged.Values is { } values)
        {
            tensors.Add(NamedTensor.Of<float>("targets", values.Values, values.Starts[^1], values.Width));
            tensors.Add(NamedTensor.Of<int>("target.starts", values.Starts, values.Starts.Length));
        }

        return new DatasetContent(tensors, metadata);
    }

    public override SequenceDataset Read(SafetensorsFile file)
    {
        int count = Number(file, "inputs", 1, MaxInputs);
        RaggedInput[] inputs = [.. Enumerable.Range(0, count).Select(i => ReadInput(file, i))];
        int rows = inputs[0].Rows;
        if (rows == 0 || inputs.Any(input => input.Rows != rows)) throw Malformed(file, "its inputs have no rows, or not as many");
        var target = new TargetShape(Number(file, "outputs", 1), Number(file, "sequence", 0, 1) == 1, Number(file, "labelled", 0, 1) == 1)
        {
            Axis = Number(file, "axis", 0, count - 1),
            MaxLength = Number(file, "max_length", 0),
        };
        RaggedArray<int>? labels = null;
        RaggedArray<float>? values = null;
        if (file.Find("labels") is not null && target.IsLabels)
            labels = new RaggedArray<int>(Values<int>(file, "labels", out _, -1), ReadStarts(file, "target.starts", rows, min: 0), 1);
        else if (file.Find("targets") is not null && !target.IsLabels) values = new RaggedArray<float>(Values<float>(file, "targets", out _, -1,
            target.Outputs), ReadStarts(file, "target.starts", rows, min: 0), target.Outputs);
        CheckTargets(file, inputs[target.Axis], target, labels?.Starts ?? values?.Starts, labels?.Values.Length ?? values?.Values.Length / target.Outputs);
        return new RaggedDataset(inputs, target, values, labels);
    }

    private static RaggedInput ReadInput(SafetensorsFile file, int i)
    {
        int vocabulary = Number(file, $"input.{i}.vocabulary", 0);
        string name = file.Metadata.GetValueOrDefault($"input.{i}.name") ?? throw Malformed(file, $"input {i} has no name");
        int[] starts = ReadStarts(file, $"input.{i}.starts", rows: -1, min: 1);
        if (vocabulary > 0)
        {
            int[] tokens = Values<int>(file, $"input.{i}.tokens", out _, starts[^1]);
            if (tokens.AsSpan().ContainsAnyExceptInRange(0, vocabulary - 1)) throw Malformed(file, $"a token is outside the vocabulary of {vocabulary}");
            return new RaggedInput(name, new RaggedArray<int>(tokens, starts, 1), vocabulary);
        }

        float[] values = Values<float>(file, $"input.{i}.values", out long[] extents, starts[^1], -1);
        return extents[1] > 0
            ? new RaggedInput(name, new RaggedArray<float>(values, starts, (int)extents[1]))
            : throw Malformed(file, "an input has no features");
    }

    /// <summary>Reads where rows begin: at 0, then each at least <paramref name="min"/> steps after the one before.</summary>
    private static int[] ReadStarts(SafetensorsFile file, string name, int rows, int min)
    {
        int[] starts = Values<int>(file, name, out _, rows < 0 ? -1 : rows + 1);
        bool isWhole = starts.Length > 1 && starts[0] == 0;
        for (int i = 1; isWhole && i < starts.Length; i++) isWhole = starts[i] >= starts[i - 1] && starts[i] - starts[i - 1] >= min;
        return isWhole ? starts : throw Malformed(file, $"'{name}' does not begin at 0 and rise");
    }

    /// <summary>Checks that targets have as many steps as the input that they follow.</summary>
    private static void CheckTargets(SafetensorsFile file, RaggedInput axis, TargetShape target, int[]? starts, int? length)
    {
        if (starts is null) return;
        if (starts[^1] != length) throw Malformed(file, "there are not as many targets as their rows have");
        int longest = Enumerable.Range(0, axis.Rows).Max(row => starts[row + 1] - starts[row]);
        if (target.HasOwnLength && target.MaxLength != Math.Max(1, longest))
            throw Malformed(file, $"the longest row has {longest} labels, not {target.MaxLength}");
        for (int row = 0; row < axis.Rows; row++)
        {
            int steps = starts[row + 1] - starts[row];
            bool fits = target.HasOwnLength ? steps <= target.MaxLength : steps == (target.IsSequence ? axis.LengthOf(row) : 1);
            if (!fits) throw Malformed(file, $"row {row} has {steps} targets");
        }
    }
}
