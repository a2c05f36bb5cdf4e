namespace RnnActors.Data.Tasks.Transcription;

/// <summary>The transcription of a recording.</summary>
/// <param name="Recording">The name of the file; for a sound in memory its number, from 1.</param>
/// <param name="LogProbability">In nats; closer to 0 is more certain.</param>
public sealed record TranscriptionAnswer(string Recording, string Text, double LogProbability);
