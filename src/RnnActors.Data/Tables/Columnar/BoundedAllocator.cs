using System.Buffers;
using Apache.Arrow.Memory;

namespace RnnActors.Data.Tables;

/// <summary>
/// Memory for the buffers of an Arrow file, limited by the file's size. A compressed buffer begins with its decompressed length, and the library allocates
/// whatever length that is: 2 GB for a file of a kilobyte.
/// </summary>
internal sealed class BoundedAllocator(long fileBytes) : MemoryAllocator(alignment: 64)
{
    /// <summary>A buffer may repeat a value millions of times in a few bytes. Accepted are so many bytes, plus so many for each byte of the file.</summary>
    public const long Unpacked = 16 << 20, UnpackedPerByte = 5000;

    private long _left = Unpacked + (UnpackedPerByte * fileBytes);

    protected override IMemoryOwner<byte> AllocateInternal(int length, out int bytesAllocated)
    {
        bytesAllocated = length;
        if ((_left -= length) < 0) throw new InvalidDataException("its buffers announce more bytes than they can have");
        return new Owner(length);
    }

    /// <summary>Memory of the garbage collector: batches that a damaged file leaves half read are collected.</summary>
    private sealed class Owner(int length) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory { get; } = new byte[length];

        public void Dispose()
        {
            // the collector's
        }
    }
}
