namespace RnnActors.Core.Kernels.Products.Transposed;

/// <summary>How the rows of C are cut into slabs: those of each thread, as many for all, and a thread's in slabs of equal length but for the last.</summary>
/// <param name="threadRows">Rows of each thread, but for the last.</param>
/// <param name="slabRows">Rows of a slab.</param>
/// <param name="zeros">Floats of zeros.</param>
/// <param name="openLength">Floats of an open sum.</param>
/// <param name="maxOpen">The most sums that are open at once.</param>
internal readonly unsafe struct SlabPlan(int threadRows, int slabRows, int zeros, int tileLength, int openLength, int maxOpen, int tileRows)
{
    private int LeftLength => slabRows / tileRows * tileLength;

    /// <summary>Slabs of each thread.</summary>
    public int Slabs => (threadRows + slabRows - 1) / slabRows;

    /// <summary>Floats that a thread needs: for one slab after another.</summary>
    public int Length => zeros + LeftLength + (maxOpen * openLength);

    /// <summary>The rows of a thread's slab. None, or less, where there are no rows left.</summary>
    /// <param name="m">Rows of C.</param>
    public (int First, int Count) RowsOf(int thread, int slab, int m)
    {
        int begin = thread * threadRows, first = begin + (slab * slabRows);
        return (first, Math.Min(slabRows, Math.Min(m, begin + threadRows) - first));
    }

    /// <param name="memory"><see cref="Length"/> floats, zeros first.</param>
    public Slab SlabAt(int row, int rows, float* memory) => new(row, rows, memory + zeros, tileLength, memory + zeros + LeftLength, openLength, memory);
}
