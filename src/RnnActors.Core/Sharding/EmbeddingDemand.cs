using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Parameters;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Sharding;

/// <summary>Finds the rows of an embedding that a part of a batch reads: those of its tokens. With a large vocabulary these are few, and a node needs no
/// others.</summary>
public sealed class EmbeddingDemand
{
    private readonly SequenceDataset _data;
    private readonly ParameterSlot _slot;
    private readonly Batch _batch;

    private EmbeddingDemand(SequenceDataset data, ParameterSlot slot, int rows)
    {
        (_data, _slot) = (data, slot);
        _batch = data.CreateBatch(rows);
    }

    /// <summary>The embedding's range of the parameters.</summary>
    public ParameterRange Range => ParameterRange.Covering(_slot);

    /// <param name="rows">The most rows of a batch.</param>
    /// <returns>Null where the model does not begin with an embedding of its only input, or where so many rows may read more than half of it.</returns>
    public static EmbeddingDemand? Of(Model model, SequenceDataset data, int rows)
    {
        if (!model.Input.IsTokens || model.Spec.Layers[0] is not Embedding || model.Inputs.Count > 1 || model.Spec.Layers.Any(layer => layer.SharesParameters))
            return null;
        var slot = model.Layout[model.NameOf(0) + ".weight"];
        return 2L * rows * data.Steps > slot.Rows ? null : new EmbeddingDemand(data, slot, rows);
    }

    /// <summary>
    /// Calls <paramref name="visit"/> with the range of each embedding row that these rows of the dataset read. Some are visited more than once.
    /// </summary>
    public void Visit(ReadOnlySpan<int> datasetRows, Action<ParameterRange> visit)
    {
        _data.Read(datasetRows, _batch);
        foreach (int token in _batch.Tokens) visit(new ParameterRange(_slot.Offset + (token * _slot.Columns), _slot.Columns));
    }
}
