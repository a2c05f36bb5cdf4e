using RnnActors.Core.Models;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Explanations;

/// <summary>What a network gives for one example.</summary>
public static class SingleOutput
{
    /// <returns>(steps or 1, outputs).</returns>
    public static float[] Compute(Model model, ReadOnlyMemory<float> parameters, IReadOnlyList<ExampleInput> example, bool isRagged)
    {
        SequenceLayout[] layouts = [.. example.Select(input => new SequenceLayout(input.Steps, 1, isRagged))];
        var replica = new Replica(model, layouts, training: false);
        replica.Prepare(parameters);
        for (int i = 0; i < layouts.Length; i++)
        {
            layouts[i].Fill(1);
            if (model.Inputs[i].Shape.IsTokens) example[i].Tokens.CopyTo(replica.Inputs[i].Tokens);
            else example[i].Values.CopyTo(replica.Inputs[i].Values);
        }

        replica.Forward(replica.Inference(1, hasState: false), [], []);
        return ExplainedReplica.Gather(replica.Output.Values, replica.Output.Features, replica.Output.Layout, 0);
    }
}
