using System.Runtime.InteropServices;

namespace RnnActors.Cli.Benchmarks;

/// <summary>Multidimensional arrays as spans of their values.</summary>
internal static class ArraySpans
{
    public static Span<T> AsSpan<T>(this T[,] array) => MemoryMarshal.CreateSpan(ref array[0, 0], array.Length);

    public static Span<T> AsSpan<T>(this T[,,] array) => MemoryMarshal.CreateSpan(ref array[0, 0, 0], array.Length);
}
