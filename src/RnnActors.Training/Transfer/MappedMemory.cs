using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace RnnActors.Training.Transfer;

/// <summary>
/// The bytes of a file mapped into memory; other processes that map it see changes at once. Bytes are copied in and out, so nothing outside of them can be
/// touched, nor anything after they are disposed. For one thread at a time.
/// </summary>
internal sealed class MappedMemory : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    /// <summary>Not the view's own stream, which would copy twice.</summary>
    private readonly UnmanagedMemoryStream _bytes;

    /// <param name="file">Open for reading and writing; it is closed with the memory.</param>
    /// <exception cref="IOException">It cannot be mapped.</exception>
    public MappedMemory(SafeFileHandle file)
    {
        Length = checked((int)RandomAccess.GetLength(file));
        _file = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor();
        _bytes = new UnmanagedMemoryStream(_view.SafeMemoryMappedViewHandle, 0, Length, FileAccess.ReadWrite);
    }

    /// <summary>In bytes.</summary>
    public int Length { get; }

    public void Read(int at, Span<byte> bytes)
    {
        _bytes.Position = at;
        _bytes.ReadExactly(bytes);
    }

    public void Write(int at, ReadOnlySpan<byte> bytes)
    {
        _bytes.Position = at;
        _bytes.Write(bytes);
    }

    /// <summary>Reads a byte that another process writes. Later reads and writes are not moved before it (acquire).</summary>
    public byte ReadVolatile(int at)
    {
        byte read = 0;
        Read(at, new Span<byte>(ref read));
        Interlocked.MemoryBarrier();
        return read;
    }

    /// <summary>Writes a byte that another process reads. Earlier reads and writes are not moved after it (release).</summary>
    public void WriteVolatile(int at, byte value)
    {
        Interlocked.MemoryBarrier();
        Write(at, new ReadOnlySpan<byte>(in value));
    }

    public void Dispose()
    {
        _bytes.Dispose();
        _view.Dispose();
        _file.Dispose();
    }
}
