using RnnActors.Training.Transfer;

namespace RnnActors.Training.Worker;

/// <summary>
/// Cuts the gradient vector into parts for sending, as layers finish going backward: from the end of the vector to its beginning. The parts are the same in
/// every step and process.
/// </summary>
internal sealed class GradientParts
{
    /// <summary>Smaller parts cost more than they gain, in values.</summary>
    private const int Min = 64 * 1024;

    private readonly int _length;
    private int _end;

    /// <param name="length">P.</param>
    public GradientParts(int length) => _length = _end = length;

    /// <summary>Starts a new gradient.</summary>
    public void Begin() => _end = _length;

    /// <summary>The next part, if one is ready that is worth sending by itself.</summary>
    /// <param name="stands">The gradient is ready from this index on; 0 for all of it.</param>
    public bool TryCut(int stands, out int first, out int count)
    {
        first = Math.Min(_end, (stands + FrameDescription.PageLength - 1) / FrameDescription.PageLength * FrameDescription.PageLength);
        count = _end - first;
        if (count == 0 || (stands > 0 && count < Min)) return false;
        _end = first;
        return true;
    }
}
