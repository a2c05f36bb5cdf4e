namespace RnnActors.Core.Explanations;

/// <summary>Values of a recurrent layer over time.</summary>
/// <param name="Name"><c>output</c>, <c>cell</c>, <c>candidate</c>, or a gate: <c>forget gate</c>.</param>
/// <param name="Values">(T, <paramref name="Units"/>).</param>
public sealed record CellTrace(string Name, int Units, float[] Values)
{
    /// <summary>The candidate state (PyTorch's g or n), which a gate lets in.</summary>
    public const string Candidate = "candidate";

    public float At(int step, int unit) => Values[(step * Units) + unit];
}

/// <summary>What one recurrent layer does in one direction while it reads an example.</summary>
/// <param name="Name">The layer's name: <c>lstm</c>, or <c>lstm layer 2, reverse</c> in a stack.</param>
/// <param name="Axis">Index of the input whose steps the layer takes.</param>
/// <param name="StepsEach">How many steps of the input make one step of the layer.</param>
/// <param name="Traces">Its output, its cell state where it has one, and its gates.</param>
/// <param name="GradientNorms">(T): the L2 norm of the gradient of the explained number with respect to the layer's state at each step.</param>
public sealed record CellActivity(string Name, string Kind, int Axis, int StepsEach, bool IsReverse, IReadOnlyList<CellTrace> Traces, double[] GradientNorms)
{
    public int Steps => GradientNorms.Length;

    /// <summary>The gradient norms by distance in time from the step that is explained: (distances), from 0.</summary>
    /// <param name="step">The explained step, where the output has this layer's steps. Null for the last step, in the layer's order, whose gradient is not
    /// zero.</param>
    public double[] GradientByDistance(int? step)
    {
        int last = step ?? (IsReverse ? Array.FindIndex(GradientNorms, norm => norm > 0) : Array.FindLastIndex(GradientNorms, norm => norm > 0));
        last = Math.Clamp(last, 0, Steps - 1);
        return IsReverse ? GradientNorms[last..] : [.. GradientNorms[..(last + 1)].Reverse()];
    }
}
