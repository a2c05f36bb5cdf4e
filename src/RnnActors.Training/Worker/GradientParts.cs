using RnnActors.Training.Transfer;

namespace RnnActors.Training.Worker;

/// <summary>Cuts a step's gradients into parts as they come to stand, from the end of the vector to its beginning. The parts are the same in every step and process.</summary>
internal sealed class GradientParts
{
    /// <summary>Values below which a part costs more than it gains.</summary>
    private const int Min = 64 * 1024;

    private readonly int _length;
    private int _end;

    /// <param name="length">P.</param>
    public GradientParts(int length) => _length = _end = length;

    /// <summary>Another computation begins.</summary>
    public void Begin() => _end = _length;

    /// <summary>The next part, where there is one that is worth being sent by itself.</summary>
    /// <param name="stands">From where on the gradients stand; 0 for all of them.</param>
    public bool TryCut(int stands, out int first, out int count)
    {
        first = Math.Min(_end, (stands + FrameDescription.PageLength - 1) / FrameDescription.PageLength * FrameDescription.PageLength);
        count = _end - first;
        if (count == 0 || (stands > 0 && count < Min)) return false;
        _end = first;
        return true;
    }
}
