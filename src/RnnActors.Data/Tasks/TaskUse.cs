namespace RnnActors.Data.Tasks;

/// <summary>A use of a trained network.</summary>
/// <param name="Command">The command of the program: <c>generate</c>.</param>
/// <param name="Purpose">A few words: <c>let it write</c>.</param>
/// <param name="Argument">The argument after the run: <c>FILE</c>; null for none.</param>
public sealed record TaskUse(string Command, string Purpose, string? Argument = null);
