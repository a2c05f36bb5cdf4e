namespace RnnActors.Data.Tasks.Exports;

/// <summary>
/// What stands around a network of a task when it is used by other programs: what its inputs are made of and what its outputs mean. It knows no kind of task,
/// so a further kind chooses one of these, or refuses.
/// </summary>
public abstract record TaskExport
{
    private static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>();

    /// <summary>What else a program must know that uses the network: units, fields, features.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = Nothing;
}

/// <summary>What the outputs of a network are to be read as.</summary>
public enum ExportedAnswer
{
    /// <summary>As they are.</summary>
    Values,

    /// <summary>One of several entries, for each row or step: probabilities by the softmax.</summary>
    Probabilities,

    /// <summary>One of several entries for each step: logarithms of probabilities, for a decoder.</summary>
    LogProbabilities,
}

/// <summary>An input of rows.</summary>
/// <param name="Name">As the model calls it.</param>
/// <param name="IsRagged">Whether rows have lengths of their own.</param>
public sealed record ExportedInput(string Name, bool IsRagged)
{
    /// <summary>Of each feature: what is taken away from it; none where the network reads it as it is.</summary>
    public IReadOnlyList<double> Offsets { get; init; } = [];

    /// <summary>Of each feature: what it is divided by then.</summary>
    public IReadOnlyList<double> Spreads { get; init; } = [];

    /// <summary>What the tokens stand for, in their order; none where the input is values, or tokens are bytes.</summary>
    public IReadOnlyList<string> Entries { get; init; } = [];
}

/// <summary>A network that answers rows of tokens or values.</summary>
/// <param name="Entries">What the outputs stand for, in their order; none where they are values.</param>
public sealed record RowsExport(IReadOnlyList<ExportedInput> Inputs, ExportedAnswer Answer, IReadOnlyList<string> Entries) : TaskExport;

/// <summary>A network that writes a target for a source, token by token.</summary>
/// <param name="Begin">The token that the decoder reads first.</param>
/// <param name="End">The token that ends a target.</param>
public sealed record PairsExport(IReadOnlyList<string> Source, IReadOnlyList<string> Target, int Begin, int End) : TaskExport;
