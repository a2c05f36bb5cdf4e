using System.Diagnostics;
using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Core.Kernels.Products.Packed;

/// <summary>
/// The product of one row by a weight whose columns are shared out: the first ones to the thread that asks, the others to its helpers. It never depends on a
/// helper: what one has not begun when its own columns are done, or does not end in the time that those took, it computes itself.
/// </summary>
/// <param name="own">The columns of the thread that asks.</param>
/// <param name="parts">Those of the helpers.</param>
internal sealed unsafe class RowShares(PackedMatrix weight, int own, RowPart[] parts)
{
    /// <summary>The least that is waited: some handovers.</summary>
    private static readonly long MinPatience = Stopwatch.Frequency * 2 / 1_000_000;

    /// <param name="row">(K).</param>
    /// <param name="start">(N): what the sums begin with; nothing for zeros.</param>
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

    /// <summary>Some columns of the product.</summary>
    /// <param name="first">A multiple of the widest panel.</param>
    /// <param name="start">From the first of them on.</param>
    /// <param name="product">From the first of them on.</param>
    public static void Columns(PackedMatrix weight, int first, int count, ReadOnlySpan<float> row, ReadOnlySpan<float> start, Span<float> product)
    {
        fixed (float* a = row, b = weight.Data, from = start, c = product)
        {
            var kernel = new PackedProduct(a, 0, 1, b + ((nint)first * weight.K), weight.K, count, from, 0, c, 0);
            Dispatch.Run(ref kernel);
        }
    }
}
