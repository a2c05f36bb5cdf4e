using RnnActors.Training.Transfer;

namespace RnnActors.Training.Worker;

/// <summary>
/// Cuts the gradient vector into parts for sending, as layers finish their backward pass: from the end of the vector to its beginning. The parts are the same
/// in every step and process.
/// </summary>
internal sealed class GradientParts
{
    /// <summary>The least length of a part, in values. Smaller ones cost more than they gain.</summary>
    private const int Min = 64 * 1024;

    private readonly int _length;
    private int _end;

    /// <param name="length">P.</param>
    public GradientParts(int length) => _length = _end = length;

    /// <summary>Starts a new gradient.</summary>
    public void Begin() => _end = _length;

    /// <summary>Cuts the next part, if one is ready and large enough.</summary>
    /// <param name="stands">The first index of the finished gradient; 0 for all of it.</param>
    public bool TryCut(int stands, out int first, out int count)
    {
        first = Math.Min(_end, (stands + FrameDescription.PageLength - 1) / FrameDescription.PageLength * FrameDescription.PageLength);
        count = _end - first;
        if (count == 0 || (stands > 0 && count < Min)) return false;
        _end = first;
        return true;
    }
}
