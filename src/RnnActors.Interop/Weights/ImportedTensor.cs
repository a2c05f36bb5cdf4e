using RnnActors.Core.Problems;

namespace RnnActors.Interop.Weights;

/// <summary>A tensor of a file that another library wrote.</summary>
internal sealed record ImportedTensor(string Name, IReadOnlyList<long> Shape, float[] Values)
{
    public string ShownShape => $"[{string.Join(", ", Shape)}]";

    public bool HasShape(params long[] shape) => Shape.SequenceEqual(shape);

    /// <exception cref="InvalidInputException">It has another shape.</exception>
    public float[] Take(string what, string path, params long[] shape) => HasShape(shape) ? Values : throw new InvalidInputException(
        $"'{Name}' is {ShownShape}, but {what} is [{string.Join(", ", shape)}]", "Give a specification whose layers have these shapes",
        new SourceLocation(path));
}
