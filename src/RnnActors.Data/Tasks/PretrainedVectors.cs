using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Data.Text;

namespace RnnActors.Data.Tasks;

/// <summary>Word vectors that initialise an embedding, in place of random values.</summary>
/// <param name="Input">The input of the embedding.</param>
/// <param name="Vectors">The vectors of the input's tokens.</param>
/// <param name="Shown">The file that they come from, as the user wrote it.</param>
public sealed record PretrainedVectors(string Input, WordVectors Vectors, string Shown)
{
    /// <summary>Writes them into a model's initial parameters.</summary>
    /// <param name="parameters">(P).</param>
    /// <exception cref="InvalidInputException">The model has no embedding of this input, or one of other dimensions.</exception>
    public void WriteTo(Model model, Span<float> parameters)
    {
        int layer = Enumerable.Range(0, model.Spec.Layers.Count).FirstOrDefault(
            i => model.Spec.Layers[i] is Embedding own && (own.Reads.Count == 0 ? i == 0 : own.Reads[0] == Input), -1);
        if (layer < 0) throw new InvalidInputException($"no embedding of the model reads the {Input}, so nothing can start with the vectors",
            "Begin the model with an embedding", new SourceLocation(Shown));
        var slot = model.Layout.Slots.First(slot => slot.Name == $"{model.NameOf(layer)}.weight");
        if (slot.Columns != Vectors.Dimensions)
        {
            throw new InvalidInputException(
                $"the vectors have {Vectors.Dimensions} values, but the embedding has {slot.Columns} units",
                $"Set model.{layer}.embedding={Vectors.Dimensions}", new SourceLocation(Shown));
        }

        for (int token = 0; token < slot.Rows; token++) Vectors.Values[token]?.CopyTo(parameters[(slot.Offset + (token * slot.Columns))..]);
    }
}
