namespace RnnActors.Core.Kernels.Products.Transposed;

/// <summary>Columns of C that are computed together. <see cref="Width"/> includes the padding of the last panel.</summary>
internal readonly record struct SlabColumns(int First, int Count, int Panel)
{
    public int Width => (Count + Panel - 1) / Panel * Panel;
}
