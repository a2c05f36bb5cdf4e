using System.Buffers.Binary;
using System.Globalization;
using RnnActors.Core.Problems;

namespace RnnActors.Interop.Weights;

/// <summary>
/// Checks the lengths in an HDF5 file before the HDF5 library allocates what they claim: everything must lie inside the file. It covers what h5py and Keras
/// write (superblocks 0 to 3, object headers 1 and 2, groups in symbol tables and links, local and global heaps; HDF5 File Format Specification 3.0). Fractal
/// heaps, which Keras does not write, are refused. Whatever else it does not know is left to the library.
/// </summary>
internal sealed class Hdf5Validator
{
    private const int MaxObjects = 100_000;

    /// <summary>The highest compression ratio of deflate.</summary>
    private const long MaxPacking = 1100;

    private const ulong Undefined = ulong.MaxValue;

    private readonly Stream _stream;
    private readonly string _path;
    private readonly HashSet<long> _seen = [];
    private readonly Queue<long> _headers = [], _trees = [], _heaps = [];
    private int _addressBytes = 8, _lengthBytes = 8;

    private Hdf5Validator(Stream stream, string path) => (_stream, _path) = (stream, path);

    /// <param name="stream">It is rewound to its beginning.</param>
    /// <param name="path">The file's name in messages.</param>
    /// <exception cref="InvalidInputException">A length or an address points outside the file, or outside the structure that holds it.</exception>
    public static void Check(Stream stream, string path)
    {
        new Hdf5Validator(stream, path).Walk();
        stream.Position = 0;
    }

    private void Walk()
    {
        if (_stream.Length < 9 || !IsSigned()) return;
        byte version = At(8, 1)[0];
        if (version > 3) return;
        int sizes = version < 2 ? 13 : 9;
        (_addressBytes, _lengthBytes) = (At(sizes, 1)[0], At(sizes + 1, 1)[0]);
        if (_addressBytes is not (2 or 4 or 8) || _lengthBytes is not (2 or 4 or 8)) throw Damaged(sizes, "addresses and lengths have no such size");
        // The address of the root group's header: in its symbol table entry, or after three other addresses.
        Follow(_headers, version < 2 ? (version == 0 ? 24 : 28) + (5 * _addressBytes) : 12 + (3 * _addressBytes));
        while (_seen.Count < MaxObjects)
        {
            if (_headers.TryDequeue(out long header)) Header(header);
            else if (_trees.TryDequeue(out long tree)) Tree(tree);
            else if (_heaps.TryDequeue(out long heap)) LocalHeap(heap);
            else return;
        }
    }

    private bool IsSigned() => At(0, 8) is [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A];

    private void Header(long at)
    {
        byte[] begin = At(at, 16);
        if (begin[0] == 1) Messages(at + 16, BinaryPrimitives.ReadUInt32LittleEndian(begin.AsSpan(8)), isOld: true, hasOrder: false);
        else if (begin.AsSpan().StartsWith("OHDR"u8))
        {
            byte flags = begin[5];
            int sizeBytes = 1 << (flags & 3);
            long size = at + 6 + ((flags & 0x20) != 0 ? 16 : 0) + ((flags & 0x10) != 0 ? 4 : 0);
            Messages(size + sizeBytes, Number(size, sizeBytes), isOld: false, (flags & 4) != 0);
        }
    }

    private void Messages(long at, ulong length, bool isOld, bool hasOrder)
    {
        Inside(at, length, "an object's header");
        int head = isOld ? 8 : hasOrder ? 6 : 4;
        for (long end = at + (long)length; at + head <= end;)
        {
            ulong kind = Number(at, isOld ? 2 : 1), size = Number(at + (isOld ? 2 : 1), 2), flags = Number(at + (isOld ? 4 : 3), 1);
            at += head;
            if (at + (long)size > end) throw Damaged(at, "a message is longer than the header that it stands in");
            if ((flags & 2) != 0 && size >= 2 && Number(at, 2) == 0x0103) throw Foreign(at, "messages that objects share");
            Message(kind, at, (int)size, isOld, hasOrder);
            at += (long)size;
        }
    }

    private void Message(ulong kind, long at, int size, bool isOld, bool hasOrder)
    {
        switch (kind)
        {
            case 2 when size >= 2: // link info: how a group stores its members
                Dense(at, size, 8, "the members of a group");
                break;
            case 21 when size >= 2: // attribute info: how an object stores its attributes
                Dense(at, size, 2, "attributes");
                break;
            case 6 when size >= 2:
                Link(at, size);
                break;
            case 4 when size >= 4: // fill value (old)
                Within(Number(at, 4), size - 4, at, "a fill value");
                break;
            case 5 when size >= 8 && Number(at, 1) < 3 && (Number(at, 1) == 1 || Number(at + 3, 1) == 1):
                Within(Number(at + 4, 4), size - 8, at, "a fill value");
                break;
            case 5 when size >= 6 && Number(at, 1) == 3 && (Number(at + 1, 1) & 0x20) != 0:
                Within(Number(at + 2, 4), size - 6, at, "a fill value");
                break;
            case 8 when size >= 4:
                Layout(at, size);
                break;
            case 12 when size >= 8:
                Attribute(at, size);
                break;
            case 16 when size >= _addressBytes + _lengthBytes: // header continuation
                ulong next = Number(at, _addressBytes), length = Number(at + _addressBytes, _lengthBytes);
                long from = Place(next, at);
                if (_seen.Add(from)) Messages(isOld ? from : from + 4, isOld ? length : length < 8 ? 0 : length - 8, isOld, hasOrder);
                break;
            case 17 when size >= 2 * _addressBytes: // symbol table: a group's B-tree and its heap
                Follow(_trees, at);
                Follow(_heaps, at + _addressBytes);
                break;
        }
    }

    /// <summary>Refuses dense storage: the message may hold a fractal heap's address, after an optional creation order.</summary>
    private void Dense(long at, int size, int orderBytes, string what)
    {
        int heap = 2 + ((Number(at + 1, 1) & 1) != 0 ? orderBytes : 0);
        if (size >= heap + _addressBytes && !IsUndefined(Number(at + heap, _addressBytes))) throw Foreign(at, what);
    }

    /// <summary>A link message: a member's name, and the address of its header.</summary>
    private void Link(long at, int size)
    {
        ulong flags = Number(at + 1, 1), kind = (flags & 8) != 0 ? Number(at + 2, 1) : 0;
        int lengthBytes = 1 << (int)(flags & 3), begin = 2 + ((flags & 8) != 0 ? 1 : 0) + ((flags & 4) != 0 ? 8 : 0) + ((flags & 16) != 0 ? 1 : 0);
        ulong length = Number(at + begin, lengthBytes);
        int room = size - begin - lengthBytes - (kind == 0 ? _addressBytes : 2);
        Within(length, room, at, "a name");
        long end = at + begin + lengthBytes + (long)length;
        if (kind == 0) Follow(_headers, end);
        else Within(Number(end, 2), room - (long)length, end, "what a name stands for");
    }

    private void Layout(long at, int size)
    {
        ulong version = Number(at, 1), kind = Number(at + 1, 1);
        if (version is not (3 or 4)) return;
        if (kind == 0) Within(Number(at + 2, 2), size - 4, at, "a dataset");
        else if (kind == 1 && size >= 2 + _addressBytes + _lengthBytes && Number(at + 2, _addressBytes) is var address && !IsUndefined(address))
            Inside(Place(address, at), Number(at + 2 + _addressBytes, _lengthBytes), "a dataset");
        else if (kind == 2 && version == 3) Chunk(at, size, 3 + _addressBytes, (int)Number(at + 2, 1), 4);
        else if (kind == 2) Chunk(at, size, 5, (int)Number(at + 3, 1), (int)Number(at + 4, 1));
    }

    /// <summary>The chunks of a dataset, which may be compressed. The last of a chunk's dimensions is the size of a value in bytes.</summary>
    private void Chunk(long at, int size, int first, int rank, int bytes)
    {
        if (bytes is < 1 or > 8 || first + (rank * bytes) > size) throw Damaged(at, "a dataset's parts are longer than their message");
        UInt128 length = 1;
        for (int i = 0; i < rank && length <= ulong.MaxValue; i++) length *= Number(at + first + (i * bytes), bytes);
        if (length > (UInt128)(MaxPacking * _stream.Length)) throw Damaged(at, $"a dataset has parts of {length} bytes, and the file {_stream.Length}");
    }

    private void Attribute(long at, int size)
    {
        ulong version = Number(at, 1);
        if (version is < 1 or > 3) return;
        long name = (long)Number(at + 2, 2), type = (long)Number(at + 4, 2), space = (long)Number(at + 6, 2), head = version == 3 ? 9 : 8;
        if (version == 1) (name, type, space) = (Padded(name), Padded(type), Padded(space));
        long left = size - head - name - type - space;
        if (left < 0) throw Damaged(at, "an attribute is longer than its message");
        if (type < 8 || space < 4 || (version > 1 && Number(at + 1, 1) != 0)) return; // a shared datatype or dataspace
        ulong element = Number(at + head + name + 4, 4), values = Values(at + head + name + type, (int)space);
        UInt128 bytes = (UInt128)element * values;
        if (bytes > (UInt128)left) throw Damaged(at, $"an attribute has {values} values of {element} bytes, and room for {left} bytes");
        bool isVariable = (Number(at + head + name, 1) & 0x0F) == 9;
        for (long value = at + size - left; isVariable && values > 0; value += (long)element, values--) GlobalHeap(value, (long)element);
    }

    /// <summary>The number of values in a dataspace.</summary>
    private ulong Values(long at, int size)
    {
        ulong version = Number(at, 1), rank = Number(at + 1, 1);
        long first = version == 1 ? 8 : 4;
        if (version is not (1 or 2) || (ulong)size < (ulong)first + (rank * (ulong)_lengthBytes)) throw Damaged(at, "a dataspace is longer than its message");
        if (version == 2 && Number(at + 3, 1) == 2) return 0;
        UInt128 values = 1;
        for (int i = 0; i < (int)rank && values <= ulong.MaxValue; i++) values *= Number(at + first + (i * _lengthBytes), _lengthBytes);
        return values <= ulong.MaxValue ? (ulong)values : throw Damaged(at, "a dataspace has more values than can be counted");
    }

    /// <summary>A value of variable length, which holds its length and the address of a global heap.</summary>
    private void GlobalHeap(long value, long element)
    {
        if (element < 8 + _addressBytes || Number(value + 4, _addressBytes) is var address && (address == 0 || IsUndefined(address))) return;
        long at = Place(address, value);
        if (!_seen.Add(at)) return;
        if (!At(at, 4).AsSpan().SequenceEqual("GCOL"u8)) throw Damaged(at, "there is no heap of values");
        long size = Inside(at, Number(at + 8, _lengthBytes), "a heap of values"), head = 8 + _lengthBytes;
        for (long one = at + head; one + head <= at + size && Number(one, 2) != 0;)
        {
            ulong length = Number(one + 8, _lengthBytes);
            Within(length, at + size - one - head, one, "a value in a heap");
            one += head + Padded((long)length);
        }
    }

    private void Tree(long at)
    {
        byte[] begin = At(at, 8);
        if (!begin.AsSpan().StartsWith("TREE"u8) || begin[4] != 0) throw Damaged(at, "there is no tree of a group");
        int entries = BinaryPrimitives.ReadUInt16LittleEndian(begin.AsSpan(6));
        long first = at + 8 + (2 * _addressBytes) + _lengthBytes;
        for (int i = 0; i < entries; i++)
        {
            long child = first + (i * (_addressBytes + _lengthBytes));
            if (begin[5] > 0) Follow(_trees, child);
            else Symbols(Place(Number(child, _addressBytes), child));
        }
    }

    private void Symbols(long at)
    {
        if (!At(at, 4).AsSpan().SequenceEqual("SNOD"u8)) throw Damaged(at, "there are no members of a group");
        int entry = (2 * _addressBytes) + 24;
        for (int i = 0, count = (int)Number(at + 6, 2); i < count; i++) Follow(_headers, at + 8 + (i * entry) + _addressBytes);
    }

    private void LocalHeap(long at)
    {
        if (!At(at, 4).AsSpan().SequenceEqual("HEAP"u8)) throw Damaged(at, "there is no heap of a group's names");
        Inside(Place(Number(at + 8 + (2 * _lengthBytes), _addressBytes), at), Number(at + 8, _lengthBytes), "a heap of a group's names");
    }

    private void Follow(Queue<long> queue, long at)
    {
        long to = Place(Number(at, _addressBytes), at);
        if (_seen.Add(to)) queue.Enqueue(to);
    }

    private static long Padded(long length) => (length + 7) & ~7L;

    private bool IsUndefined(ulong address) => address == (_addressBytes == 8 ? Undefined : (1UL << (8 * _addressBytes)) - 1);

    /// <summary>An address, checked to lie inside the file.</summary>
    private long Place(ulong address, long where) =>
        address < (ulong)_stream.Length ? (long)address : throw Damaged(where, $"an address is {address}, and the file has {_stream.Length} bytes");

    /// <returns>The length, checked to end inside the file.</returns>
    private long Inside(long at, ulong length, string what) => length <= (ulong)(_stream.Length - at)
        ? (long)length
        : throw Damaged(at, $"{what} has {length} bytes, and {_stream.Length - at} are left in the file");

    private void Within(ulong length, long room, long at, string what)
    {
        if (room < 0 || length > (ulong)room) throw Damaged(at, $"{what} has {length} bytes, and room for {Math.Max(0, room)}");
    }

    private ulong Number(long at, int bytes)
    {
        byte[] all = new byte[8];
        At(at, bytes).CopyTo(all, 0);
        return BinaryPrimitives.ReadUInt64LittleEndian(all);
    }

    private byte[] At(long at, int count)
    {
        if (at < 0 || at + count > _stream.Length) throw Damaged(Math.Max(0, at), "the file ends inside of what is said to be there");
        byte[] bytes = new byte[count];
        _stream.Position = at;
        _stream.ReadExactly(bytes);
        return bytes;
    }

    private InvalidInputException Foreign(long at, string what) => new(
        string.Create(CultureInfo.InvariantCulture, $"the HDF5 file keeps {what} in a fractal heap (byte {at}), as Keras never does; that is not read"),
        "Save the model with Keras, or give its weights as .npz", new SourceLocation(_path));

    private InvalidInputException Damaged(long at, string problem) => new(
        string.Create(CultureInfo.InvariantCulture, $"the HDF5 file is damaged at byte {at}: {problem}"),
        "Save the model again with Keras, or give its weights as .npz", new SourceLocation(_path));
}
