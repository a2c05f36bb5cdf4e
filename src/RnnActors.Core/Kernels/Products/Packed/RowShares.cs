using System.Diagnostics;
using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Core.Kernels.Products.Packed;

/// <summary>
/// The product of one row by a weight whose columns are split: the first ones belong to the calling thread, the others to its helpers. It never depends on a
/// helper. The caller itself computes what a helper has not begun when its own columns are done, or has not finished in the time that those took.
/// </summary>
/// <param name="own">The number of columns of the calling thread.</param>
/// <param name="parts">The helpers' columns.</param>
internal sealed unsafe class RowShares(PackedMatrix weight, int own, RowPart[] parts)
{
    /// <summary>The shortest wait, as long as a few handovers.</summary>
    private static readonly long MinPatience = Stopwatch.Frequency * 2 / 1_000_000;

    /// <param name="row">(K).</param>
    /// <param name="start">(N): initial values of the sums; empty for zeros.</param>
    /// <param name="product">(N); may be <paramref name="start"/>.</param>
    public void Multiply(ReadOnlySpan<float> row, ReadOnlySpan<float> start, Span<float> product)
    {
        foreach (var part in parts) part.Ask(row, start);
        long began = Stopwatch.GetTimestamp();
        Columns(weight, 0, own, row, start, product);
        long done = Stopwatch.GetTimestamp(), patience = done + Math.Max(done - began, MinPatience);
        foreach (var part in parts)
        {
            if (part.IsDoneBefore(patience)) part.Result.CopyTo(product[part.First..]);
            else Columns(weight, part.First, part.Columns, row, start.IsEmpty ? start : start[part.First..], product[part.First..]);
        }
    }

    /// <summary>Computes some columns of the product.</summary>
    /// <param name="first">The first column, a multiple of the widest panel.</param>
    /// <param name="start">Initial values of the sums, from the first of these columns on; empty for zeros.</param>
    /// <param name="product">The result, from the first of these columns on.</param>
    public static void Columns(PackedMatrix weight, int first, int count, ReadOnlySpan<float> row, ReadOnlySpan<float> start, Span<float> product)
    {
        fixed (float* a = row, b = weight.Data, from = start, c = product)
        {
            var kernel = new PackedProduct(a, 0, 1, b + ((nint)first * weight.K), weight.K, count, from, 0, c, 0);
            Dispatch.Run(ref kernel);
        }
    }
}
