namespace RnnActors.Core.Kernels;

/// <summary>
/// A packed weight that the threads of one process read together. Each version is packed once, by all who come for it: everyone takes the next stretch of panels that
/// nobody has taken, and nobody goes on before all are packed. Which thread packs what changes no bit.
/// </summary>
internal sealed class SharedPacking
{
    /// <summary>Floats of a stretch: long enough to be worth a lock, short enough to be waited for.</summary>
    private const int Stretch = 16 * 1024;

    private readonly Lock _lock = new();
    private readonly PackedMatrix _matrix;
    private readonly bool _transposed;
    private long _version = -1;
    private int _panels, _together, _taken, _packing;

    /// <param name="k">K of the packed matrix.</param>
    /// <param name="n">N of the packed matrix.</param>
    /// <param name="transposed">Whether the weight lies as (N, K).</param>
    public SharedPacking(int k, int n, bool transposed) => (_matrix, _transposed) = (new PackedMatrix(k, n), transposed);

    /// <summary>The weight's values of a version, packed.</summary>
    /// <param name="version">Higher than any before it, or the present one. Who asks for an older one is too late to be heard, and gets whatever there is.</param>
    /// <param name="weight">The same values for all who ask for the version.</param>
    public PackedMatrix Pack(long version, ReadOnlySpan<float> weight)
    {
        var spin = default(SpinWait);
        while (Take(version, out int first))
        {
            if (first < 0)
            {
                // Someone else packs the last panels, or still the version before. Both take microseconds.
                spin.SpinOnce(sleep1Threshold: -1);
                continue;
            }

            int panels = Math.Min(_together, _panels - first);
            if (_transposed) _matrix.PackTransposed(weight, first, panels);
            else _matrix.Pack(weight, first, panels);
            lock (_lock) _packing--;
        }

        return _matrix;
    }

    /// <summary>Takes what is to be packed next.</summary>
    /// <param name="first">The first panel of a stretch; -1 where there is nothing to do but wait.</param>
    /// <returns>Whether the version is not packed yet.</returns>
    private bool Take(long version, out int first)
    {
        first = -1;
        lock (_lock)
        {
            if (version < _version) return false;
            if (version > _version)
            {
                if (_packing > 0) return true;
                (_version, _taken) = (version, 0);
                (_panels, _together) = (_matrix.Panels, Math.Max(1, Stretch / (_matrix.K * MatMul.PanelWidth)));
            }

            if (_taken == _panels) return _packing > 0;
            first = _taken;
            _taken = Math.Min(_panels, _taken + _together);
            _packing++;
            return true;
        }
    }
}
