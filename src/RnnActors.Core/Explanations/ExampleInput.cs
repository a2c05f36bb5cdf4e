namespace RnnActors.Core.Explanations;

/// <summary>One row of one input, as a network reads it.</summary>
/// <param name="Steps">T, at least 1.</param>
/// <param name="Values">(T, features); empty where the input is tokens.</param>
/// <param name="Tokens">(T); empty where the input is values.</param>
public sealed record ExampleInput(int Steps, float[] Values, int[] Tokens)
{
    /// <summary>The inputs of a row of a dataset.</summary>
    public static IReadOnlyList<ExampleInput> Read(Sequences.SequenceDataset data, int row)
    {
        var batch = data.CreateBatch(1);
        data.Read([row], batch);
        return [.. batch.AllInputs.Select(input => new ExampleInput(input.Layout.LengthOf(0), input.Values.ToArray(), input.Tokens.ToArray()))];
    }
}
