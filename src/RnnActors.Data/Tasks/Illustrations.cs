namespace RnnActors.Data.Tasks;

/// <summary>A sample of a network's generated text.</summary>
/// <param name="Title">How it was generated: <c>temperature 0.8</c>.</param>
public sealed record TextSample(string Title, string Text);

/// <summary>A recording with a network's transcription.</summary>
/// <param name="Name">The file.</param>
/// <param name="Said">The reference text.</param>
/// <param name="Heard">The network's transcription.</param>
/// <param name="Energies">(frames, bands): the log energy of each mel band, the lowest band first.</param>
/// <param name="SecondsPerFrame">The time from one frame to the next.</param>
/// <param name="Units">The recognised units with their first frames, by the most probable class of each frame.</param>
public sealed record TranscribedRecording(
    string Name, string Said, string Heard, float[,] Energies, double SecondsPerFrame, IReadOnlyList<TranscribedUnit> Units);

/// <param name="Frame">From 0.</param>
public sealed record TranscribedUnit(string Text, int Frame);
