using System.Runtime.InteropServices;
using RnnActors.Core.Checkpoints;

namespace RnnActors.Runs.Sessions;

/// <summary>A tensor that differs between two files.</summary>
/// <param name="Values">Number of values.</param>
/// <param name="Different">Number of values with other bits; all where the shapes differ.</param>
/// <param name="Largest">The largest absolute difference; NaN where the shapes differ, or only one file has the tensor.</param>
public sealed record TensorDifference(string Name, long Values, long Different, double Largest)
{
    /// <summary>The largest difference relative to the larger of the two values.</summary>
    public double LargestRelative { get; init; }

    /// <summary>Why the values cannot be compared; null where they can.</summary>
    public string? Reason { get; init; }

    /// <summary>The tensors that differ between two lists, in the order of the first; those that only the second has come last.</summary>
    public static List<TensorDifference> Between(IEnumerable<NamedTensor> before, IEnumerable<NamedTensor> after)
    {
        Dictionary<string, NamedTensor> others = after.ToDictionary(tensor => tensor.Name);
        List<TensorDifference> differences = [];
        foreach (NamedTensor tensor in before)
        {
            if (!others.Remove(tensor.Name, out NamedTensor? other)) differences.Add(Alone(tensor, "only the first has it"));
            else if (Compare(tensor, other) is { } difference) differences.Add(difference);
        }

        return [.. differences, .. others.Values.Select(tensor => Alone(tensor, "only the second has it"))];
    }

    private static TensorDifference Alone(NamedTensor tensor, string reason)
    {
        long values = tensor.Bytes.Length / tensor.Type.ElementSize();
        return new(tensor.Name, values, values, double.NaN)
        {
            LargestRelative = double.NaN,
            Reason = reason,
        };
    }

    private static TensorDifference? Compare(NamedTensor before, NamedTensor after)
    {
        if (before.Type != after.Type || !before.Shape.SequenceEqual(after.Shape)) return Alone(
            before, $"[{string.Join(", ", before.Shape)}] and [{string.Join(", ", after.Shape)}]");
        if (before.Bytes.SequenceEqual(after.Bytes)) return null;
        if (before.Type != TensorType.F32) return Alone(before, $"other values of the type {before.Type}");
        ReadOnlySpan<float> was = MemoryMarshal.Cast<byte, float>(before.Bytes), now = MemoryMarshal.Cast<byte, float>(after.Bytes);
        int different = 0;
        double largest = 0, relative = 0;
        for (int i = 0; i < was.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(was[i]) == BitConverter.SingleToInt32Bits(now[i])) continue;
            different++;
            double distance = Math.Abs((double)was[i] - now[i]), size = Math.Max(Math.Abs((double)was[i]), Math.Abs((double)now[i]));
            largest = Math.Max(largest, distance);
            if (size > 0) relative = Math.Max(relative, distance / size);
        }

        return new(before.Name, was.Length, different, largest) { LargestRelative = relative };
    }
}
