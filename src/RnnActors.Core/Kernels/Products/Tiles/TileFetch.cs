using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Memory;

namespace RnnActors.Core.Kernels.Products.Tiles;

/// <summary>What a tile prefetches for a later one while it computes: a cache line now and then, so that computing and memory overlap.</summary>
internal interface ITileFetch
{
    /// <summary>Values of k from one call of <see cref="Next"/> to the next.</summary>
    const int Every = 2;

    void Next();
}

/// <summary>Prefetches nothing: all of it is in a near cache.</summary>
internal readonly struct NoFetch : ITileFetch
{
    public void Next()
    {
    }
}

/// <summary>Prefetches the next panel of B.</summary>
/// <param name="panel">Where to begin.</param>
/// <param name="step">Floats from one call to the next: at most a line, fewer where there is time.</param>
internal unsafe struct PanelFetch(float* panel, nint step) : ITileFetch
{
    /// <summary>The step at which so many tiles share the prefetching of a panel, each another part, so that memory keeps up.</summary>
    /// <param name="panelWidth">Floats of a panel per value of k.</param>
    public static nint Step(int panelWidth, int tiles) => Math.Min(Prefetch.LineLength, ((ITileFetch.Every * panelWidth) + tiles - 1) / tiles);

    /// <summary>Floats that one tile prefetches.</summary>
    public static nint Length(nint step, int depth) => step * (depth / ITileFetch.Every);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Next()
    {
        Prefetch.Line(panel);
        panel += step;
    }
}
