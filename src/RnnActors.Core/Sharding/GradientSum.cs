namespace RnnActors.Core.Sharding;

/// <summary>One node of the reduction tree.</summary>
public static class GradientSum
{
    /// <summary><c>left += right</c>.</summary>
    public static void Add(Span<float> left, ReadOnlySpan<float> right) => Kernels.Add.Into(left, right);
}
