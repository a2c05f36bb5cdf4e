using RnnActors.Core.Layers;
using RnnActors.Core.Objectives;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Models;

/// <summary>Checks that a model, its data and its loss fit together. Where they do not, the error says what to change.</summary>
public static class ModelCheck
{
    /// <summary>Checks that data has the inputs that a model was made for. Training, prediction and evaluation all use this check.</summary>
    /// <exception cref="InvalidInputException">It does not.</exception>
    public static void MatchesInputs(Model model, IReadOnlyList<NamedSignal> inputs)
    {
        if (inputs.Count != model.Inputs.Count)
            throw new InvalidInputException($"the model reads {model.Inputs.Count} inputs, but the data have {inputs.Count}",
                $"Give {string.Join(", ", model.Inputs.Select(input => input.Name))}");
        for (int i = 0; i < inputs.Count; i++)
        {
            Shape wanted = model.Inputs[i].Shape, given = inputs[i].Shape;
            if (wanted.Features == given.Features && wanted.Vocabulary == given.Vocabulary) continue;
            string name = inputs.Count == 1 ? "the model" : $"the input '{model.Inputs[i].Name}' of the model";
            throw new InvalidInputException($"{name} was fitted to {wanted}, but these data have {given}",
                "Give data of the same shape, or make a new model for them");
        }
    }

    /// <summary>Checks that data has the inputs that a model was made for, and as many steps as its layers need.</summary>
    /// <exception cref="InvalidInputException">It does not.</exception>
    public static void MatchesInputs(Model model, SequenceDataset data)
    {
        MatchesInputs(model, data.Inputs);
        MatchesSteps(model, data.StepsOf, data.IsRagged);
    }

    /// <summary>Checks that every layer can read rows of so many steps.</summary>
    /// <param name="stepsOf">Maps an input's index to the steps of its rows, or of its longest row.</param>
    /// <exception cref="InvalidInputException">A layer cannot.</exception>
    public static void MatchesSteps(Model model, Func<int, int> stepsOf, bool isRagged)
    {
        var network = model.Network;
        for (int i = 0; i < model.Spec.Layers.Count; i++)
        {
            var read = network.Signals[network.Nodes[i].Reads[0]].Shape;
            if (read.IsSequence) model.Spec.Layers[i].CheckSteps(model.NameOf(i), read.Axis.StepsOf(stepsOf(read.Axis.Input)), isRagged);
        }
    }

    /// <summary>Checks that a model can read a row step by step, with its state carried from one step to the next.</summary>
    /// <exception cref="InvalidInputException">A layer needs several steps at once.</exception>
    public static void CanBeStepped(Model model)
    {
        for (int i = 0; i < model.Spec.Layers.Count; i++)
        {
            if (model.Spec.Layers[i] is Segments { Steps: > 1 } or Flatten)
                throw new InvalidInputException($"the layer '{model.NameOf(i)}' reads several steps at once, so the model cannot go on from step to step",
                    "Use a model without segments and flatten");
        }
    }

    /// <summary>
    /// Checks that a model is causal: its output after each step depends on no later step, so it has the same bits as that of the row cut there.
    /// </summary>
    /// <exception cref="InvalidInputException">A layer needs the whole row.</exception>
    public static void IsCausal(Model model)
    {
        CanBeStepped(model);
        if (model.Inputs.Count > 1 && !MeetsAtBoundaries(model)) throw Whole($"the model reads {model.Inputs.Count} inputs, which have steps of their own");
        List<(string Why, string Change)> whole = [];
        for (int i = 0; i < model.Spec.Layers.Count; i++)
        {
            string name = model.NameOf(i);
            (string Why, string Change)? found = model.Spec.Layers[i] switch
            {
                Recurrent { Bidirectional: true } => ("reads backward too", $"\"bidirectional\": false in '{name}'"),
                Pooling { Mode: not PoolingMode.Last } => ("looks at all steps of a row", $"\"last\" as '{name}'"),
                Attention or AttentionDecoder => ("attends to all steps of a row", $"no '{name}'"),
                _ => null,
            };
            if (found is var (why, change)) whole.Add(($"the layer '{name}' {why}", change));
        }

        if (whole.Count > 0) throw Whole(string.Join(", ", whole.Select(one => one.Why)), $" with {string.Join(" and ", whole.Select(one => one.Change))}");

        static InvalidInputException Whole(string why, string how = " that reads forward") =>
            new($"{why}, so the model cannot answer step by step", $"Give it whole rows, or train a model{how}");
    }

    /// <summary>
    /// Whether the second input's steps belong to steps of the first (a word's characters), and only boundary states lead from the one to the other.
    /// </summary>
    private static bool MeetsAtBoundaries(Model model)
    {
        var network = model.Network;
        if (model.Inputs.Count != 2 || !model.Output.IsSequence || model.Output.Axis.Input != 0) return false;
        for (int i = 0; i < model.Spec.Layers.Count; i++)
        {
            if (model.Spec.Layers[i] is BoundaryStates) continue;
            Shape[] read = [.. network.Nodes[i].Reads.Select(number => network.Signals[number].Shape), network.Signals[network.Nodes[i].FirstOutput].Shape];
            if (Array.Exists(read, shape => !shape.IsSequence || shape.Axis != read[0].Axis)) return false;
        }

        return true;
    }

    /// <summary>Checks that data and loss fit the model's inputs and output.</summary>
    /// <exception cref="InvalidInputException">They do not.</exception>
    public static void Matches(Model model, SequenceDataset data, Objective loss)
    {
        string last = model.NameOf(model.Spec.Layers.Count - 1);
        if (model.Output.IsTokens) throw new InvalidInputException("the model gives tokens back", "Add layers that compute something");
        MatchesInputs(model, data);
        for (int i = 1; i < model.Inputs.Count; i++)
        {
            if (model.Network.ReadersOf(i) > 0) continue;
            string input = model.Inputs[i].Name;
            throw new InvalidInputException($"no layer reads the input '{input}'", model.Inputs[i].Shape.IsTokens
                ? $"Read it, such as with {{ \"embedding\": 4, \"reads\": [\"{input}\"] }}, and read what that gives"
                : $"Name it in the 'reads' of a layer");
        }

        int outputs = loss.OutputsFor(data.Target);
        if (model.Output.Features != outputs)
        {
            throw new InvalidInputException(
                $"the last layer, {last}, gives {model.Output.Features} values, but {outputs} are wanted",
                $"Make it a dense layer of {outputs} units");
        }

        if (loss.NeedsOwnLength != data.Target.HasOwnLength)
        {
            throw loss.NeedsOwnLength
                ? new InvalidInputException($"the loss {loss.Name} needs a sequence of labels for each row, of its own length",
                    "Give such targets, or choose another loss")
                : new InvalidInputException($"the targets are label sequences of their own lengths, which the loss {loss.Name} cannot align with steps",
                    "Choose ctc");
        }

        if (model.Output.IsSequence != data.Target.IsSequence)
        {
            throw data.Target.IsSequence
                ? new InvalidInputException($"every step has a target, but {last} gives its last step alone", "Set returnSequences on every recurrent layer")
                : new InvalidInputException($"there is one target a row, but {last} gives every step", "Leave returnSequences out on the last recurrent layer");
        }

        if (model.Output is { IsSequence: true, Axis.StepsEach: > 1 and var each })
            throw new InvalidInputException($"every step has a target, but {last} gives one value for {each} steps",
                "Give a target a row, and leave returnSequences out on the last recurrent layer");

        if (loss.NeedsLabels != data.Target.IsLabels)
        {
            throw new InvalidInputException(
                $"the loss {loss.Name} needs {(loss.NeedsLabels ? "class labels" : "values")}, but the targets are "
                + $"{(data.Target.IsLabels ? "class labels" : "values")}",
                data.Target.IsLabels ? "Choose crossEntropy" : "Choose mse, mae or huber");
        }
    }
}
