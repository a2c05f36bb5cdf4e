namespace RnnActors.Data.Tasks.Translation;

/// <summary>A sentence in the other language.</summary>
/// <param name="LogProbability">The sum over its units, in nats: the nearer to 0, the surer.</param>
public sealed record TranslationAnswer(string Source, string Text, double LogProbability);
