using System.Runtime.CompilerServices;

namespace RnnActors.Core.Kernels.Memory;

/// <summary>Checks a kernel's operands before it takes pointers to them.</summary>
internal static class Bounds
{
    /// <summary>Checks that a matrix lies in a span.</summary>
    /// <param name="stride">Floats from the start of a row to the start of the next.</param>
    /// <exception cref="ArgumentException">The span is too short, or a number is negative.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Check(ReadOnlySpan<float> span, int rows, int columns, int stride, [CallerArgumentExpression(nameof(span))] string? name = null)
    {
        // The fast path, which every product of every step takes. The overload below finds out which number is wrong.
        if ((rows | columns | stride) >= 0 && ((rows - 1L) * stride) + columns <= span.Length) return;
        Check(span, 1, 0, rows, columns, stride, name);
    }

    /// <summary>Checks that groups of rows lie in a span.</summary>
    /// <param name="group">Floats from the start of a group to the start of the next.</param>
    /// <param name="stride">Floats from the start of a row to the start of the next.</param>
    /// <exception cref="ArgumentException">The span is too short, or a number is negative.</exception>
    public static void Check(
        ReadOnlySpan<float> span, int groups, int group, int rows, int columns, int stride, [CallerArgumentExpression(nameof(span))] string? name = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(groups);
        ArgumentOutOfRangeException.ThrowIfNegative(group);
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentOutOfRangeException.ThrowIfNegative(stride);
        if (groups == 0 || rows == 0 || columns == 0) return;
        long needed = checked(((groups - 1L) * group) + ((rows - 1L) * stride) + columns);
        if (span.Length < needed) throw new ArgumentException($"{name} has {span.Length} values; {groups} × {rows} rows of {columns} take {needed}.", name);
    }
}
