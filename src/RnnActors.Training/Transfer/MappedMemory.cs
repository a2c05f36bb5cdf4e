using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace RnnActors.Training.Transfer;

/// <summary>The bytes of a file as memory, which other processes that map it see change at once.</summary>
internal sealed unsafe class MappedMemory : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _first;

    /// <param name="file">Open for reading and writing; it is closed with the memory.</param>
    /// <exception cref="IOException">It cannot be mapped.</exception>
    public MappedMemory(SafeFileHandle file)
    {
        Length = checked((int)RandomAccess.GetLength(file));
        _file = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor();
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _first);
    }

    /// <summary>In bytes.</summary>
    public int Length { get; }

    /// <summary>Not to be used after it was disposed.</summary>
    public Span<byte> Span => new(_first, Length);

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
