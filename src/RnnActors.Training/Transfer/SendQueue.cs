using System.Diagnostics.CodeAnalysis;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Training.Files;

namespace RnnActors.Training.Transfer;

/// <summary>A transfer on its way out.</summary>
internal struct Outgoing
{
    public FrameDescription Transfer;
    public ReadOnlyMemory<float> Block;

    /// <summary>Marks of the blocks to send, as <see cref="BlockMarks"/>; empty for all.</summary>
    public ReadOnlyMemory<ulong> Marks;

    /// <summary>The message, in place of a block.</summary>
    public byte[]? Message;

    /// <summary>The path of a file.</summary>
    public string? Path;

    /// <summary>Bytes passed to the writer so far.</summary>
    public long Offset;

    public bool IsSuperseded;

    public readonly long Total => Message?.Length ?? (long)Block.Length * sizeof(float);
}

/// <summary>
/// The queue of a channel, in three lanes: blocks of one small frame and control frames, larger blocks, and files. Small ones go first; files go when
/// nothing else waits, or as every sixteenth frame. Steady traffic allocates nothing.
/// </summary>
internal sealed class SendQueue(int capacity)
{
    /// <summary>Blocks of at most this many bytes overtake larger ones, and share a write.</summary>
    public const int SmallBytes = 1 << 16;

    private const int FramesPerFileFrame = 16;

    private readonly object _lock = new();
    private readonly Lane _small = new();
    private readonly Lane _large = new();
    private readonly Lane _files = new();
    private int _sinceFile;
    private bool _isClosed;

    /// <summary>Adds a transfer; false if too many wait.</summary>
    public bool Add(in Outgoing item)
    {
        lock (_lock)
        {
            if (_isClosed) return true;
            if (_small.Count + _large.Count + _files.Count >= capacity) return false;
            if (item.Transfer.Kind == FrameKind.Parameters)
            {
                _small.Supersede(item.Transfer);
                _large.Supersede(item.Transfer);
            }

            (item.Transfer.Kind == FrameKind.File ? _files : item.Total <= SmallBytes ? _small : _large).Add(item);
            Monitor.Pulse(_lock);
            return true;
        }
    }

    /// <summary>Waits for something to send; false when the queue is closed.</summary>
    public bool Wait()
    {
        lock (_lock)
        {
            while (!_isClosed && _small.Count + _large.Count + _files.Count == 0) Monitor.Wait(_lock);
            return !_isClosed;
        }
    }

    /// <summary>Takes the next frame of a block, of at most <paramref name="space"/> bytes.</summary>
    /// <param name="length">
    /// The length of the frame, which begins at the offset of <paramref name="part"/>; 0 if the block was superseded, and for control frames.
    /// </param>
    /// <param name="isLast">Whether the block is not read again after it.</param>
    public bool TryTake(int space, int frameBytes, out Outgoing part, out int length, out bool isLast)
    {
        lock (_lock)
        {
            (part, length, isLast) = (default, 0, false);
            Lane lane = _small.Count > 0 ? _small : _large;
            if (_isClosed || lane.Count == 0 || (lane == _large && IsFilesTurn)) return false;
            ref Outgoing next = ref lane.First;
            if (!next.IsSuperseded)
            {
                length = (int)Math.Min(lane == _small ? SmallBytes : frameBytes, next.Total - next.Offset);
                if (length > space) return false;
            }

            part = next;
            next.Offset += length;
            isLast = next.IsSuperseded || next.Offset == next.Total;
            if (isLast) lane.RemoveFirst();
            if (lane == _large) _sinceFile++;
            return true;
        }
    }

    /// <summary>Takes the file whose turn it is, until <see cref="FileDone"/>; null if blocks go first.</summary>
    public bool TryTakeFile([NotNullWhen(true)] out string? path, out ContentHash file)
    {
        lock (_lock)
        {
            (path, file) = (null, default);
            if (_isClosed || _files.Count == 0 || _small.Count > 0 || (_large.Count > 0 && !IsFilesTurn)) return false;
            _sinceFile = 0;
            (path, file) = (_files.First.Path!, _files.First.Transfer.Run);
            return true;
        }
    }

    public void FileDone()
    {
        lock (_lock) _files.RemoveFirst();
    }

    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            Monitor.PulseAll(_lock);
        }
    }

    private bool IsFilesTurn => _files.Count > 0 && _sinceFile >= FramesPerFileFrame;

    /// <summary>A ring that grows.</summary>
    private sealed class Lane
    {
        private Outgoing[] _items = new Outgoing[16];
        private int _first;

        public int Count { get; private set; }

        public ref Outgoing First => ref _items[_first];

        public void Add(in Outgoing item)
        {
            if (Count == _items.Length)
            {
                var grown = new Outgoing[2 * Count];
                for (int i = 0; i < Count; i++) grown[i] = At(i);
                (_items, _first) = (grown, 0);
            }

            At(Count++) = item;
        }

        public void RemoveFirst()
        {
            First = default;
            _first = (_first + 1) % _items.Length;
            Count--;
        }

        public void Supersede(in FrameDescription by)
        {
            for (int i = 0; i < Count; i++)
            {
                ref Outgoing item = ref At(i);
                if (item.Transfer.Kind == FrameKind.Parameters && item.Transfer.Run == by.Run && item.Transfer.Step < by.Step) item.IsSuperseded = true;
            }
        }

        private ref Outgoing At(int i) => ref _items[(_first + i) % _items.Length];
    }
}
