using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Products.Tiles;
using RnnActors.Core.Kernels.Simd;
using RnnActors.Core.Kernels.Threads;

namespace RnnActors.Core.Kernels.Products.Packed;

/// <summary>
/// The right operand (K, N) of a product, packed once a step into panels of columns, two vectors wide, k after k: [N / panel][K][panel]. The last panel is
/// padded with zeros. The panel's width follows the vector's; the product's bits do not.
/// </summary>
public sealed class PackedMatrix
{
    /// <summary>Floats per thread from which on packing is split among threads.</summary>
    internal const int MinPacked = 16 * 1024;

    private readonly AlignedBuffer _data;

    public PackedMatrix(int k, int n)
        : this(k, n, new AlignedBuffer(Memory(k, n)))
    {
    }

    /// <param name="memory">At least <see cref="Memory"/>.</param>
    internal PackedMatrix(int k, int n, AlignedBuffer memory) => (K, N, _data) = (k, n, memory);

    public int K { get; }

    public int N { get; }

    /// <summary>Columns per panel of the current packing; 0 before the first.</summary>
    internal int PanelWidth { get; private set; }

    /// <summary>Groups of equally many columns, such as a recurrent layer's gates. A thread of a team computes the same columns of each group.</summary>
    internal int Groups { get; init; } = 1;

    /// <summary>How the product of one row is split among helper threads; null where one thread computes it.</summary>
    internal RowShares? Shares { get; set; }

    internal ReadOnlySpan<float> Data => _data.Span[..Memory(K, N)];

    /// <summary>Number of panels at the current vector width.</summary>
    internal int Panels => (N + Vectors.PanelWidth - 1) / Vectors.PanelWidth;

    /// <summary>Floats that a packed matrix takes.</summary>
    internal static int Memory(int k, int n) => checked((n + Vectors.WidestPanel - 1) / Vectors.WidestPanel * Vectors.WidestPanel * k);

    /// <summary>Packs a (K, N) matrix as it lies in memory, row after row.</summary>
    /// <param name="source">(K, N), contiguous.</param>
    public void Pack(ReadOnlySpan<float> source) => Share(source, transposed: false);

    /// <summary>Packs some of the panels of a (K, N) matrix.</summary>
    /// <param name="source">(K, N).</param>
    internal void Pack(ReadOnlySpan<float> source, int firstPanel, int panels)
    {
        PanelWidth = Vectors.PanelWidth;
        Span<float> data = _data.Span;
        for (int first = firstPanel * PanelWidth; first < Math.Min(N, (firstPanel + panels) * PanelWidth); first += PanelWidth)
        {
            int columns = Math.Min(PanelWidth, N - first);
            Span<float> panel = data.Slice(first * K, PanelWidth * K);
            for (int k = 0; k < K; k++)
            {
                Span<float> row = panel.Slice(k * PanelWidth, PanelWidth);
                source.Slice((k * N) + first, columns).CopyTo(row);
                row[columns..].Clear();
            }
        }
    }

    /// <summary>Packs the transpose of an (N, K) matrix: a weight as PyTorch stores it, (outputs, inputs).</summary>
    /// <param name="source">(N, K), contiguous.</param>
    public void PackTransposed(ReadOnlySpan<float> source) => Share(source, transposed: true);

    /// <summary>Packs some of the panels of the transpose of an (N, K) matrix.</summary>
    /// <param name="source">(N, K).</param>
    internal void PackTransposed(ReadOnlySpan<float> source, int firstPanel, int panels)
    {
        PanelWidth = Vectors.PanelWidth;
        Span<float> data = _data.Span;
        for (int first = firstPanel * PanelWidth; first < Math.Min(N, (firstPanel + panels) * PanelWidth); first += PanelWidth)
        {
            int columns = Math.Min(PanelWidth, N - first);
            Span<float> panel = data.Slice(first * K, PanelWidth * K);
            if (columns < PanelWidth) panel.Clear();
            Transpose.Copy(source.Slice(first * K, columns * K), K, panel, PanelWidth);
        }
    }

    /// <summary>Packs all panels, with the thread's team where it has one.</summary>
    private void Share(ReadOnlySpan<float> source, bool transposed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(source.Length, (long)K * N);
        var work = new Packing(this, source, transposed);
        ThreadTeam.Run(ref work, source.Length, MinPacked);
    }

    private readonly ref struct Packing(PackedMatrix matrix, ReadOnlySpan<float> source, bool transposed) : ITeamWork
    {
        private readonly ReadOnlySpan<float> _source = source;

        public void Compute(int part, int parts)
        {
            var (first, count) = ThreadTeam.PartOf(matrix.Panels, 1, part, parts);
            if (transposed) matrix.PackTransposed(_source, first, count);
            else matrix.Pack(_source, first, count);
        }
    }
}
