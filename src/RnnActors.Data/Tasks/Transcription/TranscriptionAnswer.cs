namespace RnnActors.Data.Tasks.Transcription;

/// <summary>What is said in a recording.</summary>
/// <param name="Recording">The file's name; of a sound in memory its number, from 1.</param>
/// <param name="LogProbability">In nats: the nearer to 0, the surer.</param>
public sealed record TranscriptionAnswer(string Recording, string Text, double LogProbability);
