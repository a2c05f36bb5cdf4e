using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Functions;

namespace RnnActors.Core.Kernels.RandomNumbers;

/// <summary>A sequence of random numbers, for what is done once: initial weights, shuffles, sampling. The same on every platform.</summary>
public struct RandomSequence(PhiloxKey key)
{
    private (uint W0, uint W1, uint W2, uint W3) _block;
    private ulong _words;

    /// <summary>Skips words as if they had been drawn, so that parts of a sequence can be made in parallel.</summary>
    /// <param name="words">A multiple of 4, as must be the words drawn so far (whole blocks).</param>
    public void Skip(long words)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(words % 4, 0);
        _words += (ulong)words;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint NextUInt32()
    {
        if (_words % 4 == 0) _block = Philox.Block(key, (uint)(_words / 4), (uint)(_words / 4 >> 32), 0, 0);
        return (_words++ % 4) switch
        {
            0 => _block.W0,
            1 => _block.W1,
            2 => _block.W2,
            _ => _block.W3,
        };
    }

    /// <summary>Uniform in [0, 1), 24 bits.</summary>
    public float NextSingle() => Philox.Uniform(NextUInt32());

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double NextDouble()
    {
        ulong high = NextUInt32() >> 5, low = NextUInt32() >> 6;
        return ((high << 26) | low) * (1.0 / (1L << 53));
    }

    /// <summary>Uniform in [0, <paramref name="bound"/>), without bias. Lemire, "Fast random integer generation in an interval" (2019).</summary>
    public int NextBelow(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        ulong product = (ulong)NextUInt32() * (uint)bound;
        uint unfair = (uint)((1UL << 32) % (uint)bound);
        while ((uint)product < unfair) product = (ulong)NextUInt32() * (uint)bound;
        return (int)(product >> 32);
    }

    /// <summary>Normal with mean 0 and standard deviation 1. Box and Muller 1958, the cosine only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double NextGaussian()
    {
        double radius = Math.Sqrt(-2 * PortableMath.Log(1 - NextDouble()));
        return radius * PortableMath.Cos(2 * Math.PI * NextDouble());
    }
}
