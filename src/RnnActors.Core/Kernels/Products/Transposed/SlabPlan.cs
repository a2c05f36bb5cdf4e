namespace RnnActors.Core.Kernels.Products.Transposed;

/// <summary>How the rows of C are cut into slabs. Each thread has equally many rows, and its slabs are equal too; the last ones may be shorter.</summary>
/// <param name="threadRows">Rows per thread.</param>
/// <param name="slabRows">Rows per slab.</param>
/// <param name="zeros">Number of zero floats at the start of the memory.</param>
/// <param name="openLength">Floats of an open sum.</param>
/// <param name="maxOpen">The most sums that are open at once.</param>
internal readonly unsafe struct SlabPlan(int threadRows, int slabRows, int zeros, int tileLength, int openLength, int maxOpen, int tileRows)
{
    private int LeftLength => slabRows / tileRows * tileLength;

    /// <summary>Slabs per thread.</summary>
    public int Slabs => (threadRows + slabRows - 1) / slabRows;

    /// <summary>Floats of memory per thread, reused for its slabs one after another.</summary>
    public int Length => zeros + LeftLength + (maxOpen * openLength);

    /// <summary>The rows of a thread's slab. The count is 0 or negative where no rows are left.</summary>
    /// <param name="m">Rows of C.</param>
    public (int First, int Count) RowsOf(int thread, int slab, int m)
    {
        int begin = thread * threadRows, first = begin + (slab * slabRows);
        return (first, Math.Min(slabRows, Math.Min(m, begin + threadRows) - first));
    }

    /// <param name="memory"><see cref="Length"/> floats, beginning with the zeros.</param>
    public Slab SlabAt(int row, int rows, float* memory) => new(row, rows, memory + zeros, tileLength, memory + zeros + LeftLength, openLength, memory);
}
