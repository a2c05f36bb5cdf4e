using RnnActors.Core.Problems;
using RnnActors.Data.Sound;
using RnnActors.Data.Tables;

namespace RnnActors.Data.Tasks;

/// <summary>What a network shall predict: a file, or data of one kind in memory.</summary>
/// <param name="Path">A file or folder of the same kind as the training data; null for data in memory, and for generated data.</param>
/// <param name="Texts">Texts that the user typed or piped in; null for none.</param>
/// <param name="Paths">How many paths to sample, for <see cref="IPredictsPaths"/>; null for the prediction itself.</param>
/// <param name="Rows">How many rows ahead to forecast; null for the horizon.</param>
public sealed record PredictionRequest(string? Path, IReadOnlyList<string>? Texts = null, int? Paths = null, int? Rows = null)
{
    /// <summary>The recent rows of a forecast's table, and what is known of the next ones; null for none.</summary>
    public Table? Table { get; init; }

    /// <summary>The recent rows as the text of a CSV file, in the format of the training data; null for none.</summary>
    public string? TableText { get; init; }

    /// <summary>Series of numbers, (steps, features) each, in the units of the training data; null for none.</summary>
    public IReadOnlyList<float[,]>? Series { get; init; }

    /// <summary>Sounds, of any sample rate; null for none.</summary>
    public IReadOnlyList<Recording>? Recordings { get; init; }

    /// <summary>Whether a forecast has intervals, if they are known: from the run's calibration, or from the validation rows of its data.</summary>
    public bool HasIntervals { get; init; } = true;

    /// <summary>What was given, for messages.</summary>
    private string Given =>
        Texts is not null ? "single texts"
        : Table is not null || TableText is not null ? "tables in memory" : Series is not null ? "series of numbers" : "sounds in memory";

    /// <summary>Whether the data are in memory.</summary>
    private bool IsInMemory => Texts is not null || Table is not null || TableText is not null || Series is not null || Recordings is not null;

    /// <summary>The file, for kinds of task that only read files.</summary>
    /// <exception cref="InvalidInputException">Something else was given.</exception>
    public string? FileOf(TaskKind kind) => IsInMemory ? throw Refuse(kind.Noun, kind.FileNoun) : Path;

    /// <summary>The error that a network does not read what was given.</summary>
    /// <param name="network">With its article: <c>a forecast</c>.</param>
    /// <param name="reads">What it reads instead.</param>
    internal InvalidInputException Refuse(string network, string reads) =>
        new($"{network} reads {reads}, not {Given}", Texts is null ? "Give it that" : "Name a file behind the run");
}
