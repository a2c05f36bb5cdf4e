using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Memory;

namespace RnnActors.Core.Kernels.Products.Tiles;

/// <summary>What a tile asks for while it computes: memory that a later one needs, a cache line now and then, so that neither waits for the other.</summary>
internal interface ITileFetch
{
    /// <summary>Values of k from one call of <see cref="Next"/> to the next.</summary>
    const int Every = 2;

    void Next();
}

/// <summary>Nothing: all of it is near.</summary>
internal readonly struct NoFetch : ITileFetch
{
    public void Next()
    {
    }
}

/// <summary>The next panel of B.</summary>
/// <param name="panel">Where to begin.</param>
/// <param name="step">Floats from one call to the next, at most a line; fewer where there is time.</param>
internal unsafe struct PanelFetch(float* panel, nint step) : ITileFetch
{
    /// <summary>The stride at which so many tiles share the prefetching of a panel: each takes another part, so that memory keeps up.</summary>
    /// <param name="panelWidth">Floats of a panel for a value of k.</param>
    public static nint Step(int panelWidth, int tiles) => Math.Min(Prefetch.LineLength, ((ITileFetch.Every * panelWidth) + tiles - 1) / tiles);

    /// <summary>Floats that a tile fetches.</summary>
    public static nint Length(nint step, int depth) => step * (depth / ITileFetch.Every);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Next()
    {
        Prefetch.Line(panel);
        panel += step;
    }
}
