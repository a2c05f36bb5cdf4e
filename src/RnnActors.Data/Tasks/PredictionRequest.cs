using RnnActors.Core.Problems;

namespace RnnActors.Data.Tasks;

/// <summary>What a network is asked about: a file, or texts.</summary>
/// <param name="Path">A file or folder of the same kind as the training data; null for texts, and for data that are generated.</param>
/// <param name="Texts">Texts that the user typed or piped in; null for a file.</param>
/// <param name="Paths">How many ways to go on are drawn by chance, for <see cref="IPredictsPaths"/>; null for the answer itself.</param>
/// <param name="Rows">How many rows ahead, where the answer is a forecast; null for the horizon.</param>
public sealed record PredictionRequest(string? Path, IReadOnlyList<string>? Texts = null, int? Paths = null, int? Rows = null)
{
    /// <summary>The file; for kinds of task that read no single texts.</summary>
    /// <exception cref="InvalidInputException">Texts were given.</exception>
    public string? FileOf(TaskKind kind) => Texts is null
        ? Path
        : throw new InvalidInputException($"{kind.Noun} reads {kind.FileNoun}, not single texts", "Name a file behind the run");
}
