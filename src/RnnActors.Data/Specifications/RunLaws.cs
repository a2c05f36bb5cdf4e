using RnnActors.Core.Layers;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;
using RnnActors.Data.Forecasting;
using RnnActors.Data.Splits;
using RnnActors.Data.Text;

namespace RnnActors.Data.Specifications;

/// <summary>What must hold between the parts of a specification, as far as it can be known without the data.</summary>
internal static class RunLaws
{
    /// <summary>Labels need a loss of labels, values one of values.</summary>
    public static void LossFitsTask(RunSpecification run, SourceNode node)
    {
        bool labels = run.Task == TaskKind.LanguageModel;
        if (run.Training.Loss.NeedsLabels == labels) return;
        throw new InvalidInputException(
            $"the loss {run.Training.Loss.Name} does not fit the task: {(labels ? "a language model predicts labels" : "a forecast predicts values")}",
            labels ? "Choose \"crossEntropy\"" : "Choose \"mse\", \"mae\" or \"huber\"",
            node["training"]!["loss"]!.Where);
    }

    /// <summary>Every layer can read what the one before it gives, and the last one gives what the task wants.</summary>
    public static void LayersFit(RunSpecification run, SourceNode node)
    {
        bool isText = run.Task == TaskKind.LanguageModel;
        IReadOnlyList<SourceNode> places = node["model"]!.Items;
        Signal signal = isText ? Signal.Tokens(2) : new Signal(1);
        for (int i = 0; i < run.Model.Layers.Count; i++)
        {
            LayerSpec layer = run.Model.Layers[i];
            if (isText && layer is Recurrent { Bidirectional: true })
            {
                throw new InvalidInputException(
                    $"{places[i].Path} is bidirectional: it would read the text that it should predict", "Leave bidirectional out",
                    (places[i]["bidirectional"] ?? places[i]).Where);
            }

            try
            {
                signal = layer.Output(signal);
            }
            catch (InvalidInputException problem)
            {
                throw new InvalidInputException($"{places[i].Path} does not fit: {problem.Problem}", problem.Remedy, places[i].Where, problem);
            }
        }

        if (signal.IsTokens)
        {
            throw new InvalidInputException(
                "the model gives tokens, where predictions belong", "End with { \"dense\": \"vocabulary\" }", places[^1].Where);
        }

        if (signal.IsSequence == isText) return;
        throw new InvalidInputException(
            isText
                ? "the model gives only the last step, but a language model predicts at every step"
                : "the model gives every step, but a forecast is one, from the last step",
            isText ? "Set returnSequences on every recurrent layer" : "Leave returnSequences out of the last recurrent layer, or add a recurrent layer",
            (LastRecurrent(run, places) is { } last ? last["returnSequences"] ?? last : places[^1]).Where);
    }

    /// <summary>What follows the validation loss needs validation rows.</summary>
    public static void ValidationIsThere(RunSpecification run, SourceNode node)
    {
        SplitSpec split = run.Data is TextDataSpec text ? text.Split : ((ForecastDataSpec)run.Data).Split;
        if (split.Validation > 0) return;
        string? key = run.Training.EarlyStopping is not null ? "earlyStopping" : run.Training.Schedule is ReduceOnPlateau ? "schedule" : null;
        if (key is null) return;
        throw new InvalidInputException(
            $"training.{key} follows the validation loss, but the split has no validation rows",
            $"Give data.split a validation part, or leave {key} out",
            node["training"]![key]!.Where);
    }

    private static SourceNode? LastRecurrent(RunSpecification run, IReadOnlyList<SourceNode> places) =>
        places.Where((_, i) => run.Model.Layers[i] is Recurrent).LastOrDefault();
}
