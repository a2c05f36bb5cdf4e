using RnnActors.Core.Layers;

namespace RnnActors.Core.Explanations;

/// <summary>What an output is traced back to: an input of values, or the vectors that an embedding gives for an input of tokens.</summary>
/// <param name="Input">The number of the input.</param>
/// <param name="Buffer">(positions, features): its values and their gradient.</param>
/// <param name="Given">(T, features): the example's own.</param>
internal sealed record ExplainedSignal(int Input, SignalBuffer Buffer, float[] Given)
{
    public int Features => Buffer.Features;

    public int Steps => Given.Length / Features;
}
