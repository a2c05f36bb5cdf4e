namespace RnnActors.Core.Problems;

/// <summary>
/// The user's input (a file, a value, an option) cannot be used. It is refused before training with what is wrong, where, and what to do.
/// The command line prints <see cref="Exception.Message"/> alone and exits with code 2.
/// </summary>
/// <param name="problem">What is wrong, as a sentence without its full stop.</param>
/// <param name="remedy">What to do about it, as a sentence without its full stop; null where the problem implies it.</param>
/// <param name="where">The location in a file; null where there is none.</param>
public sealed class InvalidInputException(string problem, string? remedy = null, SourceLocation? where = null, Exception? cause = null)
    : Exception(Compose(problem, remedy, where), cause)
{
    public string Problem { get; } = problem;

    public string? Remedy { get; } = remedy;

    public SourceLocation? Where { get; } = where;

    private static string Compose(string problem, string? remedy, SourceLocation? where)
    {
        string sentence = problem.EndsWith('?') ? problem : $"{problem}.";
        string text = where is null ? sentence : $"{where}: {sentence}";
        if (remedy is null) return text;
        bool asks = remedy.StartsWith("Did you mean", StringComparison.Ordinal) && !remedy.Contains('?', StringComparison.Ordinal);
        return $"{text} {remedy}{(asks ? '?' : '.')}";
    }
}
