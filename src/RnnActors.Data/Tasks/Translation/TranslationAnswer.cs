namespace RnnActors.Data.Tasks.Translation;

/// <summary>The translation of a sentence.</summary>
/// <param name="LogProbability">The sum over its units, in nats; closer to 0 is more certain.</param>
public sealed record TranslationAnswer(string Source, string Text, double LogProbability);
