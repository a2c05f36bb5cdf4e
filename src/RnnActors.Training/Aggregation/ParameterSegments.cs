using RnnActors.Core.Kernels.Sums;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Aggregation;

/// <summary>How the parameter vector is cut for its aggregators. The cuts change no bit: updates go element by element, and norms block by block.</summary>
public static class ParameterSegments
{
    /// <summary>The least length of a segment, in values. Smaller ones cost more in messages than they save in work.</summary>
    private const int Min = 64 * 1024;

    /// <param name="length">P.</param>
    /// <param name="max">The maximum number of segments: as many as can work at once.</param>
    public static IReadOnlyList<Segment> Cut(int length, int max)
    {
        int count = Math.Clamp(length / Min, 1, Math.Max(1, max));
        int blocks = (length + SquaredNorm.BlockLength - 1) / SquaredNorm.BlockLength;
        int Boundary(int i) => (int)Math.Min(length, (long)blocks * i / count * SquaredNorm.BlockLength);
        return [.. Enumerable.Range(0, count).Select(i => new Segment(i, Boundary(i), Boundary(i + 1) - Boundary(i)))];
    }
}
