using RnnActors.Data.Text;

namespace RnnActors.Data.Specifications;

/// <summary>What a command line says beside a data file. Null and empty: the default, or what is found by looking.</summary>
public sealed record DataFileOptions
{
    /// <summary>Columns to forecast; a table with one column of numbers needs none.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    public IReadOnlyList<string> Inputs { get; init; } = [];

    public string? Time { get; init; }

    public int? Window { get; init; }

    public int? Horizon { get; init; }

    public int? Season { get; init; }

    /// <summary>Steps of truncated BPTT, for a text.</summary>
    public int? Steps { get; init; }

    public TextUnit? Unit { get; init; }
}
