namespace RnnActors.Core.Explanations;

/// <summary>Values of a recurrent layer over time.</summary>
/// <param name="Name"><c>output</c>, <c>cell</c>, <c>candidate</c>, or a gate: <c>forget gate</c>.</param>
/// <param name="Values">(T, <paramref name="Units"/>).</param>
public sealed record CellTrace(string Name, int Units, float[] Values)
{
    /// <summary>The new value that a gate lets in.</summary>
    public const string Candidate = "candidate";

    public float At(int step, int unit) => Values[(step * Units) + unit];
}

/// <summary>One recurrent layer in one direction, at work on an example.</summary>
/// <param name="Name">The layer's name: <c>lstm</c>, or <c>lstm layer 2, reverse</c> in a stack.</param>
/// <param name="Axis">The number of the input whose steps it takes.</param>
/// <param name="StepsEach">How many of the input's steps one of its own is.</param>
/// <param name="Traces">What it gives, its cell where it has one, its gates.</param>
/// <param name="GradientNorms">(T): the length of the gradient of what is explained with respect to its state at each step, by all ways.</param>
public sealed record CellActivity(string Name, string Kind, int Axis, int StepsEach, bool IsReverse, IReadOnlyList<CellTrace> Traces, double[] GradientNorms)
{
    public int Steps => GradientNorms.Length;

    /// <summary>The gradient's length by distance in time from where the explained output is computed: (distances), from 0.</summary>
    /// <param name="step">The step that is explained, where the output has this layer's steps; null
    /// for the last one, as the layer computes them, that has any.</param>
    public double[] GradientByDistance(int? step)
    {
        int last = step ?? (IsReverse ? Array.FindIndex(GradientNorms, norm => norm > 0) : Array.FindLastIndex(GradientNorms, norm => norm > 0));
        last = Math.Clamp(last, 0, Steps - 1);
        return IsReverse ? GradientNorms[last..] : [.. GradientNorms[..(last + 1)].Reverse()];
    }
}
