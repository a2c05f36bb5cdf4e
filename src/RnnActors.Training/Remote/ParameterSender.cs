using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Parameters;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Training.Protocol;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Remote;

/// <summary>
/// Sends a node the parameters of an order: parts as soon as they are ready, the rest with the order. Of a large embedding it sends only the rows that the
/// order reads.
/// </summary>
internal sealed class ParameterSender
{
    /// <summary>The least size of an embedding, in values, of which only some rows are sent.</summary>
    private const int MinOnDemand = 64 * 1024;

    private readonly int _length, _demandFirst, _demandEnd;
    private readonly EmbeddingDemand? _demand;
    private readonly ParameterDelivery _send;
    private readonly List<(int First, int End)> _missing = [];
    private readonly ulong[][] _marks;
    private readonly ulong[] _wanted, _sentMarks;
    private readonly Action<ParameterRange> _want;
    private bool _isDemandWhole;
    private long _version = -1;
    private int _parts, _turn;

    /// <param name="send">Sends a part, or queues it and returns.</param>
    public ParameterSender(TrainingJob job, ParameterDelivery send)
    {
        (_length, _send) = (job.Model.Layout.Length, send);
        var demand = EmbeddingDemand.Of(job.Model, job.Data, job.Data.Streams > 0 ? job.Data.Streams : job.Training.Batch);
        if (demand is { Range: var range })
        {
            // Whole pages, since parts begin at pages.
            _demandFirst = (range.First + FrameDescription.PageLength - 1) / FrameDescription.PageLength * FrameDescription.PageLength;
            _demandEnd = (range.First + range.Length) / FrameDescription.PageLength * FrameDescription.PageLength;
        }

        if (_demandEnd - _demandFirst < MinOnDemand) (_demandFirst, _demandEnd) = (0, 0);
        else _demand = demand;
        int marks = BlockMarks.Words(_demandEnd - _demandFirst);
        (_marks, _wanted, _sentMarks) = ([new ulong[marks], new ulong[marks]], new ulong[marks], new ulong[marks]);
        _want = Want;
    }

    /// <summary>Sends a part of the parameters.</summary>
    /// <param name="version">Their <see cref="ParametersVersion"/>.</param>
    /// <param name="number">Counted from 0 in the version.</param>
    /// <param name="marks">Marks of non-zero blocks, as <see cref="TensorChannel.Send"/> takes them.</param>
    public delegate void ParameterDelivery(long version, int number, int first, ReadOnlyMemory<float> part, ulong[]? marks);

    /// <summary>A part of the next step's parameters is ready.</summary>
    public void Advance(ParametersAdvanced advanced)
    {
        Enter(advanced.Version);
        int end = advanced.First + advanced.Length;
        for (int i = _missing.Count - 1; i >= 0; i--)
        {
            var (missingFirst, missingEnd) = _missing[i];
            int from = Math.Max(missingFirst, advanced.First), to = Math.Min(missingEnd, end);
            if (from >= to) continue;
            _missing.RemoveAt(i);
            if (missingFirst < from) _missing.Add((missingFirst, from));
            if (to < missingEnd) _missing.Add((to, missingEnd));
            Send(advanced.Parameters, from, to);
        }
    }

    /// <summary>Sends what is missing to compute some of a batch's rows.</summary>
    /// <param name="batchRows">The dataset's row numbers of the whole batch.</param>
    /// <param name="wanted">Rows of the batch.</param>
    /// <returns>How many parts of the version have been sent.</returns>
    public int Complete(long version, AlignedBuffer parameters, ReadOnlySpan<int> batchRows, IEnumerable<ShardRows> wanted)
    {
        Enter(version);
        SendMissing(parameters);
        if (_demand is null || _isDemandWhole) return _parts;
        Array.Clear(_wanted);
        foreach (var rows in wanted) _demand.Visit(batchRows.Slice(rows.First, rows.Count), _want);

        // The channel owns the marks until their version is over, so a second sending in one version, which is rare, needs new ones.
        bool isFirst = !_sentMarks.AsSpan().ContainsAnyExcept(0ul), isNew = false;
        ulong[] marks = isFirst ? _marks[_turn] : new ulong[_wanted.Length];
        for (int i = 0; i < marks.Length; i++)
        {
            marks[i] = _wanted[i] & ~_sentMarks[i];
            _sentMarks[i] |= marks[i];
            isNew |= marks[i] != 0;
        }

        if (isNew) Send(parameters, _demandFirst, _demandEnd, marks);
        return _parts;
    }

    /// <summary>Sends all that is missing.</summary>
    /// <returns>How many parts of the version have been sent.</returns>
    public int CompleteAll(long version, AlignedBuffer parameters)
    {
        Enter(version);
        SendMissing(parameters);
        if (_demand is not null && !_isDemandWhole) Send(parameters, _demandFirst, _demandEnd);
        _isDemandWhole = true;
        return _parts;
    }

    private void Want(ParameterRange row)
    {
        int from = Math.Max(row.First, _demandFirst), to = Math.Min(row.First + row.Length, _demandEnd);
        if (from < to) BlockMarks.Set(_wanted, from - _demandFirst, to - from);
    }

    private void Enter(long version)
    {
        if (version == _version) return;
        (_version, _parts, _isDemandWhole, _turn) = (version, 0, false, 1 - _turn);
        Array.Clear(_sentMarks);
        _missing.Clear();
        if (_demand is null)
        {
            _missing.Add((0, _length));
            return;
        }

        if (_demandFirst > 0) _missing.Add((0, _demandFirst));
        if (_demandEnd < _length) _missing.Add((_demandEnd, _length));
    }

    private void SendMissing(AlignedBuffer parameters)
    {
        foreach (var (first, end) in _missing) Send(parameters, first, end);
        _missing.Clear();
    }

    private void Send(AlignedBuffer parameters, int first, int end, ulong[]? marks = null) =>
        _send(_version, _parts++, first, parameters.Memory[first..end], marks);
}
