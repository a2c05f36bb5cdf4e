using RnnActors.Core.Layers;
using RnnActors.Core.Problems;

namespace RnnActors.Core.Models;

/// <summary>
/// An encoder–decoder with attention, as users describe it: the layers that read the source, the layers that write the target, and the attention between
/// them. <see cref="ToModel"/> joins them by named signals. The decoder's initial state is a dense layer of the encoder's final states. Sutskever et al. 2014,
/// Bahdanau et al. 2015, Luong et al. 2015.
/// </summary>
/// <param name="Encoder">An embedding, then further layers. The decoder attends to the last recurrent one.</param>
/// <param name="Decoder">An embedding, optional dropout, one GRU or LSTM, then the layers that turn its outputs into logits. Without a dense layer at the end,
/// one with the target's vocabulary is added.</param>
/// <param name="Attention">Additive attention acts before each step; the other scores act after it, with input feeding.</param>
public sealed record EncoderDecoder(IReadOnlyList<LayerSpec> Encoder, IReadOnlyList<LayerSpec> Decoder, AttentionScore Attention)
{
    private const string Memory = "encoder", Target = "target_embedding", Cell = "decoder";

    /// <exception cref="InvalidInputException">A part lacks a layer that it needs.</exception>
    public ModelSpec ToModel()
    {
        List<LayerSpec> layers = [.. Named(Encoder, "source", "source_embedding")];
        int memory = layers.FindLastIndex(layer => layer is Recurrent);
        if (memory < 0) throw new InvalidInputException("the encoder has no recurrent layer", "Give it for instance { \"gru\": 256, \"bidirectional\": true }");
        layers[memory] = ((Recurrent)layers[memory]) with { Name = Memory, ReturnSequences = true };

        List<LayerSpec> decoder = [.. Named(Decoder, "target", Target)];
        int cell = decoder.FindIndex(layer => layer is Recurrent);
        if (cell < 0 || decoder.FindLastIndex(layer => layer is Recurrent) != cell || decoder[cell] is not (Gru or Lstm)
            || decoder[cell] is Recurrent { Layers: > 1 })
            throw new InvalidInputException("the decoder has to have one recurrent layer, a gru or an lstm that is not stacked",
                "Give it for instance { \"gru\": 256 }");
        var recurrent = (Recurrent)decoder[cell];
        if (recurrent.Bidirectional)
            throw new InvalidInputException("the decoder is bidirectional: it would read the text that it should write", "Leave bidirectional out");
        bool isLstm = recurrent is Lstm;
        string read = cell == 1 ? Target : "target_dropout";
        if (cell == 2 && decoder[1] is Dropout dropout) decoder[1] = dropout with { Name = read };
        else if (cell > 1) throw new InvalidInputException("only dropout may stand between the decoder's embedding and its recurrent layer",
            "Leave the other layers out");

        layers.Add(new Dense(recurrent.Units) { Name = "bridge", Reads = new($"{Memory}.h"), Activation = ActivationFunction.Tanh });
        if (isLstm) layers.Add(new Dense(recurrent.Units) { Name = "bridge_cells", Reads = new($"{Memory}.c"), Activation = ActivationFunction.Tanh });
        layers.AddRange(decoder.Take(cell));
        layers.Add(new AttentionDecoder(recurrent.Units)
        {
            Name = Cell,
            Cell = isLstm ? DecoderCell.Lstm : DecoderCell.Gru,
            Score = Attention,
            KernelInitializer = recurrent.KernelInitializer,
            RecurrentInitializer = recurrent.RecurrentInitializer,
            Reads = isLstm ? new(read, Memory, "bridge", "bridge_cells") : new(read, Memory, "bridge"),
        });
        if (Attention == AttentionScore.Additive) layers.Add(new Concatenate { Name = "attended", Reads = new(Cell, $"{Cell}.context", read) });
        layers.AddRange(decoder.Skip(cell + 1));
        if (layers[^1] is not (Dense or TiedDense)) layers.Add(new Dense(Dense.TaskOutputs));
        return new ModelSpec(layers);
    }

    /// <summary>The layers of a part; its embedding is named and reads the given input.</summary>
    private static IEnumerable<LayerSpec> Named(IReadOnlyList<LayerSpec> part, string input, string embedding) => part.Count > 0 && part[0] is Embedding first
        ? [first with { Name = embedding, Reads = new(input) }, .. part.Skip(1)]
        : throw new InvalidInputException($"what reads the {input} has to begin with an embedding", "Begin with for instance { \"embedding\": 128 }");
}
