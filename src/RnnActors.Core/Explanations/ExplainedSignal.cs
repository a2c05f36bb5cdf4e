using RnnActors.Core.Layers;

namespace RnnActors.Core.Explanations;

/// <summary>What an output is attributed to: an input of values, or the vectors that an embedding looks up for an input of tokens.</summary>
/// <param name="Input">Index of the input.</param>
/// <param name="Buffer">(positions, features): the signal's values and their gradient.</param>
/// <param name="Given">(T, features): the unchanged values of the example.</param>
internal sealed record ExplainedSignal(int Input, SignalBuffer Buffer, float[] Given)
{
    public int Features => Buffer.Features;

    public int Steps => Given.Length / Features;
}
