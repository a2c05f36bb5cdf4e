using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Products.Tiles;
using RnnActors.Core.Kernels.Simd;
using RnnActors.Core.Kernels.Threads;

namespace RnnActors.Core.Kernels.Products.Packed;

/// <summary>
/// A <see cref="PackedProduct"/> whose columns, or rows where those are few, are shared out. Each thread has the same columns of every group, so that a cell's
/// pass over a thread's units finds their gates near.
/// </summary>
/// <param name="groups">Groups of as many columns.</param>
internal unsafe struct SharedProduct(
    float* a, nint aStride, int rows, float* b, int k, int n, int groups, float* start, nint startStride, float* c, nint cStride) : ITeamWork
{
    /// <summary>Columns of a part, below which the rows are shared out.</summary>
    private const int MinColumns = 4 * Vectors.WidestPanel;

    /// <summary>Multiply-adds of a chunk, of whose columns a part has no more than so many of each group.</summary>
    private const int MinChunk = 512 * 1024, MaxChunks = 8;

    /// <summary>Rows of a chunk, in units of a tile's at the widest vector: with fewer, reading the columns would take longer than computing.</summary>
    private const int MinRows = 4 * RowUnit, RowUnit = 12;

    /// <summary>Floats of rows that are copied at once.</summary>
    private const int CopiedLength = 1024 * 1024;

    private TeamChunks _chunks;

    /// <summary>Computes it with the thread's team.</summary>
    public static void Run(float* a, nint aStride, int rows, float* b, int k, int n, int groups, float* start, nint startStride, float* c, nint cStride)
    {
        if (PackedProduct.MayShareOnePlace(aStride, rows))
        {
            // Once for all chunks, which would else copy them each.
            int stride = PackedProduct.ApartStride(k), max = Math.Clamp(CopiedLength / stride, MinRows, Math.Max(MinRows, rows));
            fixed (float* apart = ThreadMemory.Take(checked(Math.Min(max, rows) * stride)))
            {
                for (int row = 0; row < rows; row += max)
                {
                    int count = Math.Min(max, rows - row);
                    var copying = new Copying(a + (row * aStride), aStride, count, k, apart, stride);
                    ThreadTeam.Run(ref copying);
                    var work = new SharedProduct(apart, stride, count, b, k, n, groups, start is null ? null : start + (row * startStride), startStride,
                        c + (row * cStride), cStride);
                    ThreadTeam.Run(ref work);
                }
            }
        }
        else
        {
            var work = new SharedProduct(a, aStride, rows, b, k, n, groups, start, startStride, c, cStride);
            ThreadTeam.Run(ref work);
        }
    }

    public void Compute(int part, int parts)
    {
        int unit = Vectors.WidestPanel, count = n % (groups * unit) == 0 && n / groups >= unit * parts ? groups : 1, width = n / count;
        if (parts == 1) Block(0, rows, 0, n);
        else if (width >= (count > 1 ? unit : MinColumns) * parts) Chunks(part, parts, count, width);
        else
        {
            var (first, share) = ThreadTeam.PartOf(rows, 1, part, parts);
            Block(first, share, 0, n);
        }
    }

    /// <param name="count">Of groups.</param>
    /// <param name="width">Columns of a group.</param>
    private void Chunks(int part, int parts, int count, int width)
    {
        int unit = Vectors.WidestPanel, max = ThreadTeam.PartOf(width, unit, parts - 1, parts).Count;
        int columns = BlockSize.Even(max, Math.Max((int)Math.Min(max, MinChunk / ((long)rows * k)), (max + MaxChunks - 1) / MaxChunks), unit),
            ofGroup = (max + columns - 1) / columns;
        int blockRows = BlockSize.Even(rows, (int)Math.Clamp(2 * MinChunk / ((long)columns * k), MinRows, Math.Max(MinRows, rows)), RowUnit),
            blocks = (rows + blockRows - 1) / blockRows;
        while (_chunks.TryTake(part, parts, count * ofGroup * blocks, out int owner, out int chunk))
        {
            var (first, share) = ThreadTeam.PartOf(width, unit, owner, parts);
            int row = chunk % blocks * blockRows, place = chunk / blocks, at = place % ofGroup * columns;
            if (at < share) Block(row, Math.Min(blockRows, rows - row), (place / ofGroup * width) + first + at, Math.Min(columns, share - at));
        }
    }

    /// <param name="column">A multiple of the widest panel.</param>
    private readonly void Block(int row, int count, int column, int columns)
    {
        var kernel = new PackedProduct(
            a + (row * aStride), aStride, count, b + ((nint)column * k), k, columns, start is null ? null : start + (row * startStride) + column, startStride,
            c + (row * cStride) + column, cStride, n);
        Dispatch.Run(ref kernel);
    }

    /// <summary>Rows of A, to where they have places of their own.</summary>
    private readonly struct Copying(float* a, nint aStride, int rows, int k, float* apart, int stride) : ITeamWork
    {
        public void Compute(int part, int parts)
        {
            var (first, count) = ThreadTeam.PartOf(rows, 1, part, parts);
            for (int row = first; row < first + count; row++)
                new ReadOnlySpan<float>(a + (row * aStride), k).CopyTo(new Span<float>(apart + ((nint)row * stride), k));
        }
    }
}
