using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;

namespace RnnActors.Core.Layers;

/// <summary>
/// Puts all steps of a row side by side, oldest first: (T, B, F) to (B, T · F). Keras's <c>Flatten</c>. A dense layer after it is a linear model of the whole
/// row, such as the autoregressive path of LSTNet, Lai et al. 2018 (arXiv:1703.07015).
/// </summary>
/// <param name="Steps">T, which all rows must have; <see cref="TaskSteps"/> for as many as the task's rows have.</param>
public sealed record Flatten(int Steps = Flatten.TaskSteps) : LayerSpec
{
    /// <summary>As many steps as the task's rows have (<c>"window"</c> in a forecast's specification).</summary>
    public const int TaskSteps = 0;

    public override string Kind => "flatten";

    public override Shape Output(Shape input)
    {
        if (input.IsTokens) throw new InvalidInputException("tokens cannot be flattened", "Put an embedding layer before it");
        if (!input.IsSequence)
        {
            throw new InvalidInputException(
                "flatten needs a sequence, but the layer before it gives one value a row", "Leave it out, or set returnSequences on the layer before it");
        }

        if (Steps == TaskSteps) throw new InvalidInputException("flatten does not know how many steps a row has", "Give their number");
        return new Shape(JoinedSteps.Width(Steps, input), IsSequence: false);
    }

    public override void CheckSteps(string name, int steps, bool isRagged)
    {
        JoinedSteps.RefuseRagged(name, isRagged);
        if (steps == Steps) return;
        throw new InvalidInputException(
            $"the layer '{name}' reads rows of {Steps} steps as one value, but they have {steps} steps",
            $"Give rows of {Steps} steps, or make a model with a flatten of {steps}");
    }

    public override Layer CreateLayer(PassSetup setup)
    {
        CheckSteps(setup.Name, setup.Input.Layout.MaxSteps, setup.Input.Layout.IsRagged);
        return new JoinedStepsLayer(Steps, setup, setup.RowLayout, Output(setup.Input.Shape));
    }

    internal static LayerKind Format(ModelContext context) => LayerKind.Of(new ObjectFormat<Flatten>("a flatten layer", new Flatten())
        .Required(
            "flatten", $"Steps of every row, all of which become one value a row, side by "
            + $"side{(context.StepsName is { } name ? $"; or \"{name}\" for as many as the data's {name} has" : "")}.",
            context.StepsName is { } steps ? new UnitsFormat(LayerKinds.Units, steps) : LayerKinds.Units, l => l.Steps, (l, v) => l with { Steps = v }));
}
