using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Products.Tiles;
using RnnActors.Core.Kernels.Simd;
using RnnActors.Core.Kernels.Threads;

namespace RnnActors.Core.Kernels.Products.Packed;

/// <summary>
/// A <see cref="PackedProduct"/> split among a team's threads by columns, or by rows where the columns are few. Each thread has the same columns of every group
/// (gate), so that the cell's pass over a thread's units finds their gates in its cache.
/// </summary>
/// <param name="groups">Groups of equally many columns.</param>
internal unsafe struct SharedProduct(
    float* a, nint aStride, int rows, float* b, int k, int n, int groups, float* start, nint startStride, float* c, nint cStride) : ITeamWork
{
    /// <summary>Columns per thread below which the rows are split instead.</summary>
    private const int MinColumns = 4 * Vectors.WidestPanel;

    /// <summary>Multiply-adds per chunk at least, and the most chunks per thread and group.</summary>
    private const int MinChunk = 512 * 1024, MaxChunks = 8;

    /// <summary>The fewest rows of a chunk, in units of the widest tile: with fewer, reading the columns would take longer than computing.</summary>
    private const int MinRows = 4 * RowUnit, RowUnit = 12;

    /// <summary>The most floats of rows that are copied at once.</summary>
    private const int CopiedLength = 1024 * 1024;

    private TeamChunks _chunks;

    /// <summary>Computes the product with the thread's team.</summary>
    public static void Run(float* a, nint aStride, int rows, float* b, int k, int n, int groups, float* start, nint startStride, float* c, nint cStride)
    {
        if (PackedProduct.MayConflict(aStride, rows))
        {
            // Copy the rows once for all chunks; otherwise each chunk would copy them.
            int stride = PackedProduct.ConflictFreeStride(k), max = Math.Clamp(CopiedLength / stride, MinRows, Math.Max(MinRows, rows));
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

    /// <param name="count">Number of groups.</param>
    /// <param name="width">Columns per group.</param>
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

    /// <summary>Copies rows of A to a stride at which they map to different cache sets.</summary>
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
