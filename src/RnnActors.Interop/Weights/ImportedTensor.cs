using System.Globalization;
using RnnActors.Core.Problems;

namespace RnnActors.Interop.Weights;

/// <summary>A tensor from a file that another library wrote.</summary>
internal sealed record ImportedTensor(string Name, IReadOnlyList<long> Shape, float[] Values)
{
    public string ShownShape => $"[{string.Join(", ", Shape)}]";

    public bool HasShape(params long[] shape) => Shape.SequenceEqual(shape);

    /// <param name="remedy">Advice for a tensor of another shape; null for the general advice.</param>
    /// <exception cref="InvalidInputException">It has another shape, or a value that is not finite.</exception>
    public float[] Take(string what, string path, long[] shape, string? remedy = null)
    {
        if (!HasShape(shape))
            throw new InvalidInputException($"'{Name}' is {ShownShape}, but {what} is [{string.Join(", ", shape)}]",
                remedy ?? "Give a specification whose layers have these shapes", new SourceLocation(path));
        int at = Array.FindIndex(Values, value => !float.IsFinite(value));
        return at < 0 ? Values : throw new InvalidInputException(
            string.Create(CultureInfo.InvariantCulture, $"value {at} of '{Name}' is {Values[at]}, and parameters are finite"),
            "Take weights from before the training diverged", new SourceLocation(path));
    }
}
