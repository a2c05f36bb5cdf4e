using RnnActors.Core.Losses;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;

namespace RnnActors.Core.Models;

/// <summary>Whether a model, its data and its loss belong together; refused with what to change where they do not.</summary>
public static class ModelCheck
{
    /// <exception cref="InvalidInputException">They do not.</exception>
    public static void Matches(Model model, SequenceDataset data, Loss loss)
    {
        string last = model.NameOf(model.Spec.Layers.Count - 1);
        if (model.Output.IsTokens) throw new InvalidInputException("the model gives tokens back", "Add layers that compute something");
        if (model.Output.Features != data.Target.Outputs)
        {
            throw new InvalidInputException(
                $"the last layer, {last}, gives {model.Output.Features} values, but {data.Target.Outputs} are wanted",
                $"Make it a dense layer of {data.Target.Outputs} units");
        }

        if (model.Output.IsSequence != data.Target.IsSequence)
        {
            throw data.Target.IsSequence
                ? new InvalidInputException($"every step has a target, but {last} gives its last step alone", "Set returnSequences on every recurrent layer")
                : new InvalidInputException($"there is one target a row, but {last} gives every step", "Leave returnSequences out on the last recurrent layer");
        }

        if (loss.NeedsLabels != data.Target.IsLabels)
        {
            throw new InvalidInputException(
                $"the loss {loss.Name} needs {(loss.NeedsLabels ? "class labels" : "values")}, but the targets are {(data.Target.IsLabels ? "class labels" : "values")}",
                data.Target.IsLabels ? "Choose crossEntropy" : "Choose mse, mae or huber");
        }
    }
}
