namespace RnnActors.Data.Tasks;

/// <summary>A text that a network wrote, as a sample of what it can.</summary>
/// <param name="Title">How it came about: <c>temperature 0.8</c>.</param>
public sealed record TextSample(string Title, string Text);

/// <summary>A recording as a network hears it.</summary>
/// <param name="Name">The file.</param>
/// <param name="Said">What is said in it.</param>
/// <param name="Heard">What the network wrote down.</param>
/// <param name="Energies">(frames, bands): the logarithm of each mel band's energy, the lowest band first.</param>
/// <param name="SecondsPerFrame">From one frame to the next.</param>
/// <param name="Units">What was heard, and from which frame on, by the likeliest class of each frame.</param>
public sealed record HeardRecording(string Name, string Said, string Heard, float[,] Energies, double SecondsPerFrame, IReadOnlyList<HeardUnit> Units);

/// <param name="Frame">From 0.</param>
public sealed record HeardUnit(string Text, int Frame);
