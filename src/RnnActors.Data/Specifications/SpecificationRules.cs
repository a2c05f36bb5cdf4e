using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;
using RnnActors.Data.Tasks;

namespace RnnActors.Data.Specifications;

/// <summary>Rules between the parts of a specification that can be checked without the data.</summary>
internal static class SpecificationRules
{
    /// <summary>The loss is one of the task's.</summary>
    public static void LossFitsTask(RunSpecification run, SourceNode node)
    {
        TaskKind kind = run.Task;
        if (kind.Losses.Contains(run.Training.Loss.Name)) return;
        string[] choices = [.. kind.Losses.Select(loss => $"\"{loss}\"")];
        throw new InvalidInputException(
            $"the loss {run.Training.Loss.Name} does not fit the task: {kind.Noun} predicts {(kind.PredictsLabels ? "labels" : "values")}",
            $"Choose {string.Join(" or ", new[] { string.Join(", ", choices[..^1]), choices[^1] }.Where(part => part.Length > 0))}",
            node["training"]!["loss"]!.Where);
    }

    /// <summary>Each layer fits the one before it, and the last layer fits the task.</summary>
    public static void LayersFit(RunSpecification run, SourceNode node)
    {
        TaskKind kind = run.Task;
        IReadOnlyList<SourceNode> places = Places(node["model"]!, run.Model.Layers.Count);
        for (int i = 0; i < places.Count; i++) kind.CheckLayer(run.Model.Layers[i], places[i]);
        Shape signal = OutputOf(run, places);

        if (signal.IsTokens)
        {
            throw new InvalidInputException(
                "the model gives tokens, where predictions belong", $"End with {{ \"dense\": \"{kind.OutputsName}\" }}", places[^1].Where);
        }

        if (signal.IsSequence == kind.PredictsEveryStep) return;
        throw new InvalidInputException(
            kind.PredictsEveryStep
                ? $"the model gives only the last step, but {kind.Noun} predicts at every step"
                : $"the model gives every step, but {kind.Noun} is one, from the last step",
            kind.PredictsEveryStep
                ? "Set returnSequences on every recurrent layer"
                : "Leave returnSequences out of the last recurrent layer, or add a recurrent layer",
            (LastRecurrent(run, places) is { } last ? last["returnSequences"] ?? last : places[^1]).Where);
    }

    /// <summary>Options that depend on the validation loss require validation rows.</summary>
    public static void ValidationIsThere(RunSpecification run, SourceNode node)
    {
        if (run.Data.HasValidation) return;
        string? key = run.Training.EarlyStopping is not null ? "earlyStopping"
            : run.Training.Schedule is ReduceOnPlateau ? "schedule"
            : run.Training.Averaging is { StartEpoch: null } ? "averaging"
            : null;
        if (key is null) return;
        throw new InvalidInputException(
            $"training.{key} follows the validation loss, but the split has no validation rows",
            $"Give data.split a validation part, or leave {key} out",
            node["training"]![key]!.Where);
    }

    /// <summary>Scheduled sampling requires a decoder that reads its target.</summary>
    public static void TeacherForcingFitsTask(RunSpecification run, SourceNode node)
    {
        if (run.Training.TeacherForcing is null || run.Task.ExampleInputsOf(run.Data).Count == 2) return;
        throw new InvalidInputException(
            $"training.teacherForcing is for a decoder that writes a target, but {run.Task.Noun} has none", "Leave it out",
            node["training"]!["teacherForcing"]!.Where);
    }

    /// <summary>The place of each layer; that of the whole model if it is not written as a list of layers.</summary>
    private static IReadOnlyList<SourceNode> Places(SourceNode model, int layers) =>
        model.Items.Count == layers ? model.Items : [.. Enumerable.Repeat(model, layers)];

    /// <summary>The output of the last layer, for inputs like the task's.</summary>
    private static Shape OutputOf(RunSpecification run, IReadOnlyList<SourceNode> places)
    {
        int steps = run.Task.StepsOf(run.Data);
        ModelSpec model = run.Model.WithOutputs(2).WithSteps(steps);
        IReadOnlyList<NamedSignal> inputs = run.Task.ExampleInputsOf(run.Data);
        if (ProblemOf(model.Layers.Count) is null) return new Model(model, inputs).Output;

        // The first layers have a problem from the one on that does not fit: bisection.
        (int fits, int fails) = (0, model.Layers.Count);
        while (fails - fits > 1)
        {
            int middle = (fits + fails) / 2;
            if (ProblemOf(middle) is null) fits = middle;
            else fails = middle;
        }

        InvalidInputException problem = ProblemOf(fails)!;
        throw new InvalidInputException($"{places[fails - 1].Path} does not fit: {problem.Problem}", problem.Remedy, places[fails - 1].Where, problem);

        InvalidInputException? ProblemOf(int layers) => SpecificationRules.ProblemOf(new ModelSpec([.. model.Layers.Take(layers)]), inputs, steps);
    }

    /// <param name="steps">The length of every row; 0 if it is not known yet.</param>
    private static InvalidInputException? ProblemOf(ModelSpec spec, IReadOnlyList<NamedSignal> inputs, int steps)
    {
        try
        {
            var model = new Model(spec, inputs);
            if (steps > 0) ModelCheck.MatchesSteps(model, _ => steps, isRagged: false);
            return null;
        }
        catch (InvalidInputException problem)
        {
            return problem;
        }
    }

    private static SourceNode? LastRecurrent(RunSpecification run, IReadOnlyList<SourceNode> places) =>
        places.Where((_, i) => run.Model.Layers[i] is Recurrent).LastOrDefault();
}
