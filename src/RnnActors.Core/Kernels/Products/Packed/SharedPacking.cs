using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Simd;
using RnnActors.Core.Kernels.Threads;

namespace RnnActors.Core.Kernels.Products.Packed;

/// <summary>
/// A packed weight that the threads of one process read together. Each version is packed once, by all threads that ask for it, each with its team. Every thread
/// takes the next stretch of panels that is free, and none goes on before all are packed. Which thread packs what changes no bit.
/// </summary>
/// <remarks>
/// The two packings of a large weight lie in the same memory in turns: who comes for one waits until all have left the other. Who holds several weights at once
/// takes them in the same order in every pass, so that no two wait for each other.
/// </remarks>
internal sealed class SharedPacking
{
    /// <summary>Floats of a stretch: long enough to be worth a lock, short enough to be waited for.</summary>
    private const int Stretch = 16 * 1024;

    private readonly Lock _lock;
    private readonly AlignedBuffer _memory;
    private readonly PackedMatrix _matrix;
    private readonly bool _transposed, _isFixed;
    private volatile bool _isPacked;
    private SharedPacking? _other;
    private long _version = -1, _newest = -1;
    private int _panels, _together, _taken, _packing, _users;

    /// <param name="k">K of the packed matrix.</param>
    /// <param name="n">N of the packed matrix.</param>
    /// <param name="transposed">Whether the weight lies as (N, K).</param>
    /// <param name="other">The weight's other packing, where both take turns in the same memory; null where this has its own.</param>
    /// <param name="groups">Of its columns.</param>
    /// <param name="isFixed">Whether there is one version alone.</param>
    public SharedPacking(int k, int n, bool transposed, SharedPacking? other = null, int groups = 1, bool isFixed = false)
    {
        (_lock, _transposed, _other, _isFixed) = (other?._lock ?? new Lock(), transposed, other, isFixed);
        _memory = other?._memory ?? new AlignedBuffer(Math.Max(PackedMatrix.Memory(k, n), PackedMatrix.Memory(n, k)));
        _matrix = new PackedMatrix(k, n, _memory) { Groups = groups };
        if (other is not null) other._other = this;
    }

    /// <summary>The newest version that was asked for.</summary>
    private long Newest => Math.Max(_newest, _other?._newest ?? -1);

    /// <summary>The weight's values of a version, packed.</summary>
    /// <param name="version">Higher than any before it, or the present one. Who asks for an older
    /// one is too late to be heard, and gets whatever there is.</param>
    /// <param name="weight">The same values for all who ask for the version.</param>
    public PackedUse Enter(long version, ReadOnlySpan<float> weight)
    {
        if (_isPacked) return new PackedUse(_matrix);
        var spin = default(SpinWait);
        while (Take(version, out int first))
        {
            if (first < 0)
            {
                // Someone else packs the last panels, or still the version before, or is about to end its pass with the other packing.
                spin.SpinOnce(sleep1Threshold: -1);
                continue;
            }

            var packing = new Packing(this, version, weight, first);
            ThreadTeam.Run(ref packing, weight.Length, PackedMatrix.MinPacked);
        }

        _isPacked = _isFixed;
        return new PackedUse(_matrix, this, version);
    }

    /// <summary>Ends a use of the version.</summary>
    internal void Leave(long version)
    {
        lock (_lock)
        {
            // Those of a version before are not waited for, and so not counted.
            if (version == _version) _users--;
        }
    }

    /// <summary>Takes what is to be packed next, or enters.</summary>
    /// <param name="first">The first panel of a stretch; -1 where there is nothing to do but wait.</param>
    /// <returns>Whether the version is not packed yet.</returns>
    private bool Take(long version, out int first)
    {
        first = -1;
        lock (_lock)
        {
            if (version < Newest) return false;
            _newest = version;
            if (version != _version)
            {
                if (_packing > 0 || (_other is not null && !_other.MakeWay(version))) return true;
                (_version, _taken, _users) = (version, 0, 0);
                (_panels, _together) = (_matrix.Panels, Math.Max(1, Stretch / (_matrix.K * Vectors.PanelWidth)));
            }

            first = TakeStretch();
            if (first >= 0 || _packing > 0) return true;
            _users++;
            return false;
        }
    }

    /// <summary>Takes another stretch of a version; -1 where none is left, or the version is no longer needed.</summary>
    private int TakeNext(long version)
    {
        lock (_lock) return version == _version && version == Newest ? TakeStretch() : -1;
    }

    /// <summary>The first panel of a stretch that is now the caller's, who has the lock; -1 where none is left.</summary>
    private int TakeStretch()
    {
        if (_taken == _panels) return -1;
        int first = _taken;
        _taken = Math.Min(_panels, _taken + _together);
        _packing++;
        return first;
    }

    private void Pack(ReadOnlySpan<float> weight, int first)
    {
        int panels = Math.Min(_together, _panels - first);
        if (_transposed) _matrix.PackTransposed(weight, first, panels);
        else _matrix.Pack(weight, first, panels);
        lock (_lock) _packing--;
    }

    /// <summary>Gives the memory up, unless someone packs, or computes with this version.</summary>
    private bool MakeWay(long version)
    {
        if (_packing > 0 || (_version == version && _users > 0)) return false;
        _version = -1;
        return true;
    }

    /// <summary>What is left of a version. A part ends where nothing is; others may still pack then.</summary>
    /// <param name="first">The stretch that the thread that is helped has taken.</param>
    private readonly ref struct Packing(SharedPacking packing, long version, ReadOnlySpan<float> weight, int first) : ITeamWork
    {
        private readonly ReadOnlySpan<float> _weight = weight;

        public void Compute(int part, int parts)
        {
            for (int next = part == 0 ? first : packing.TakeNext(version); next >= 0; next = packing.TakeNext(version)) packing.Pack(_weight, next);
        }
    }
}
