using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Simd;
using RnnActors.Core.Kernels.Threads;

namespace RnnActors.Core.Kernels.Products.Packed;

/// <summary>
/// A packed weight that the threads of one process share. Each version of the parameters is packed once, by all threads that ask for it, each with its team.
/// Every thread takes the next free stretch of panels, and none continues before all are packed. Which thread packs what changes no bit.
/// </summary>
/// <remarks>
/// The two packings of a large weight use the same memory in turns: a thread that needs one waits until all have left the other. A thread that holds several
/// weights at once takes them in the same order in every pass, which rules out deadlock.
/// </remarks>
internal sealed class SharedPacking
{
    /// <summary>Floats of a stretch: long enough to be worth a lock, short enough to wait for.</summary>
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
    /// <param name="other">The weight's other packing, where the two take turns in the same memory; null where this one has its own.</param>
    /// <param name="groups">Groups of columns (gates).</param>
    /// <param name="isFixed">Whether the parameters never change: there is only one version.</param>
    public SharedPacking(int k, int n, bool transposed, SharedPacking? other = null, int groups = 1, bool isFixed = false)
    {
        (_lock, _transposed, _other, _isFixed) = (other?._lock ?? new Lock(), transposed, other, isFixed);
        _memory = other?._memory ?? new AlignedBuffer(Math.Max(PackedMatrix.Memory(k, n), PackedMatrix.Memory(n, k)));
        _matrix = new PackedMatrix(k, n, _memory) { Groups = groups };
        if (other is not null) other._other = this;
    }

    /// <summary>The newest version that was requested.</summary>
    private long Newest => Math.Max(_newest, _other?._newest ?? -1);

    /// <summary>The packed values of a version. Waits until they are packed, and helps packing.</summary>
    /// <param name="version">The present version or a higher one. A thread that asks for an older version is obsolete; it gets whatever is there.</param>
    /// <param name="weight">The version's values, the same for all threads.</param>
    public PackedUse Enter(long version, ReadOnlySpan<float> weight)
    {
        if (_isPacked) return new PackedUse(_matrix);
        var spin = default(SpinWait);
        while (Take(version, out int first))
        {
            if (first < 0)
            {
                // Another thread is packing the last panels or the previous version, or is about to end its pass with the other packing.
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
            // Users of an earlier version are not waited for, so they are not counted.
            if (version == _version) _users--;
        }
    }

    /// <summary>Takes a stretch to pack, or registers a user where all is packed.</summary>
    /// <param name="first">The first panel of the stretch; -1 where the caller can only wait.</param>
    /// <returns>Whether the version is not fully packed yet.</returns>
    private bool Take(long version, out int first)
    {
        first = -1;
        lock (_lock)
        {
            if (version < Newest) return false;
            _newest = version;
            if (version != _version)
            {
                if (_packing > 0 || (_other is not null && !_other.TryRelease(version))) return true;
                (_version, _taken, _users) = (version, 0, 0);
                (_panels, _together) = (_matrix.Panels, Math.Max(1, Stretch / (_matrix.K * Vectors.PanelWidth)));
            }

            first = TakeRange();
            if (first >= 0 || _packing > 0) return true;
            _users++;
            return false;
        }
    }

    /// <summary>Takes another stretch of a version; -1 where none is left, or the version is obsolete.</summary>
    private int TakeNext(long version)
    {
        lock (_lock) return version == _version && version == Newest ? TakeRange() : -1;
    }

    /// <summary>Takes the next stretch and returns its first panel; -1 where none is left. The caller holds the lock.</summary>
    private int TakeRange()
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

    /// <summary>Releases the memory to the other packing, unless a thread packs or uses this version.</summary>
    private bool TryRelease(long version)
    {
        if (_packing > 0 || (_version == version && _users > 0)) return false;
        _version = -1;
        return true;
    }

    /// <summary>
    /// Packs the remaining stretches of a version with a team. A part ends where none is left to take; other threads may still be packing then.
    /// </summary>
    /// <param name="first">The stretch that the calling thread has already taken.</param>
    private readonly ref struct Packing(SharedPacking packing, long version, ReadOnlySpan<float> weight, int first) : ITeamWork
    {
        private readonly ReadOnlySpan<float> _weight = weight;

        public void Compute(int part, int parts)
        {
            for (int next = part == 0 ? first : packing.TakeNext(version); next >= 0; next = packing.TakeNext(version)) packing.Pack(_weight, next);
        }
    }
}
