namespace RnnActors.Data.Tasks.Exports;

/// <summary>
/// What other programs need to know around a network: how its inputs are made and what its outputs mean. It is independent of the kinds of task: a new kind
/// chooses one of these, or refuses to be exported.
/// </summary>
public abstract record TaskExport
{
    private static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>();

    /// <summary>Further information for programs that use the network: units, fields, features.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = Nothing;
}

/// <summary>The meaning of a network's outputs.</summary>
public enum ExportedAnswer
{
    /// <summary>The values themselves.</summary>
    Values,

    /// <summary>One of several entries, for each row or step: the softmax gives probabilities.</summary>
    Probabilities,

    /// <summary>One of several entries for each step: log probabilities, for a decoder.</summary>
    LogProbabilities,
}

/// <summary>A row input of the network.</summary>
/// <param name="Name">Its name in the model.</param>
/// <param name="IsRagged">Whether rows have different lengths.</param>
public sealed record ExportedInput(string Name, bool IsRagged)
{
    /// <summary>The offset of each feature, which is subtracted; empty if the network reads raw values.</summary>
    public IReadOnlyList<double> Offsets { get; init; } = [];

    /// <summary>The divisor of each feature, after the subtraction.</summary>
    public IReadOnlyList<double> Spreads { get; init; } = [];

    /// <summary>The meaning of each token, in order; empty if the input is values, or tokens are bytes.</summary>
    public IReadOnlyList<string> Entries { get; init; } = [];
}

/// <summary>A network that answers rows of tokens or values.</summary>
/// <param name="Entries">The meaning of each output, in order; empty for values.</param>
public sealed record RowsExport(IReadOnlyList<ExportedInput> Inputs, ExportedAnswer Answer, IReadOnlyList<string> Entries) : TaskExport;

/// <summary>A network that writes a target sequence for a source sequence, token by token.</summary>
/// <param name="Begin">The token that the decoder reads first.</param>
/// <param name="End">The token that ends a target.</param>
public sealed record PairsExport(IReadOnlyList<string> Source, IReadOnlyList<string> Target, int Begin, int End) : TaskExport;
