using System.Runtime.InteropServices;
using RnnActors.Core.Sequences;

namespace RnnActors.Data.Tasks.Examples;

/// <summary>A network's inputs for some examples: tokens, or values.</summary>
public sealed class InputRows
{
    private InputRows(IReadOnlyList<int[]>? tokens, int vocabulary, IReadOnlyList<float[,]>? values) =>
        (Tokens, Vocabulary, Values) = (tokens, vocabulary, values);

    /// <summary>The tokens of each row, each below <see cref="Vocabulary"/>; null if the input is values.</summary>
    public IReadOnlyList<int[]>? Tokens { get; }

    public int Vocabulary { get; }

    /// <summary>The values of each row, (steps, features); null if the input is tokens.</summary>
    public IReadOnlyList<float[,]>? Values { get; }

    public int Count => Tokens?.Count ?? Values!.Count;

    public static InputRows OfTokens(IReadOnlyList<int[]> tokens, int vocabulary) => new(tokens, vocabulary, null);

    public static InputRows OfValues(IReadOnlyList<float[,]> values) => new(null, 0, values);

    /// <summary>A dataset with a label for each row.</summary>
    public RaggedDataset WithLabels(int[] labels, int classes) => Tokens is { } tokens
        ? RaggedDataset.Create(tokens, Vocabulary, labels, classes)
        : RaggedDataset.Create(Values!, labels, classes);

    public DataHash AddTo(DataHash hash)
    {
        foreach (int[] row in Tokens ?? []) hash.Add(row);
        foreach (float[,] row in Values ?? []) hash.Add(MemoryMarshal.CreateReadOnlySpan(ref row[0, 0], row.Length));
        return hash;
    }
}
