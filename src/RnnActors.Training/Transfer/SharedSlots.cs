using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using RnnActors.Core.Checkpoints;

namespace RnnActors.Training.Transfer;

/// <summary>
/// Memory that the two processes of a channel share where they are on one machine: the bodies of large frames lie in its slots, one after the other, and their headers go by the connection
/// as ever. Two copies in the processor's cache so take the place of a socket's work, which is four times as much. Each side makes the memory that it sends by, as a file that its own user
/// alone can open, under a name that nobody can guess, which is gone as soon as the other side has opened it. A reader copies a body before it looks at it, so that nothing that is written
/// there later does any harm.
/// </summary>
internal sealed class SharedSlots : IDisposable
{
    /// <summary>The most bytes of a body.</summary>
    public const int SlotBytes = 1 << 18;

    /// <summary>
    /// More only where the other side is behind; then bodies go by the connection, which takes four times the work. Where all processors compute it is behind by some ms; of half as many
    /// slots, one body in five found none.
    /// </summary>
    private const int Slots = 32;

    /// <summary>The name (16), the reader's count of bodies on a cache line of its own, the rest of a page.</summary>
    private const int HeadBytes = 4096, CountAt = 64, NameBytes = 16;

    private const string Prefix = "rnnactors-";

    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(1);

    private readonly MappedMemory _memory;
    private readonly string _path;
    private long _count, _read;

    private SharedSlots(MappedMemory memory, ContentHash name, string path) => (_memory, Name, _path) = (memory, name, path);

    /// <summary>What the other side opens it by.</summary>
    public ContentHash Name { get; }

    /// <summary>Makes memory to send by.</summary>
    /// <param name="folder">A file system in memory.</param>
    /// <returns>Null where there is none, or no room in it: channels work without.</returns>
    public static SharedSlots? TryCreate(string folder)
    {
        if (!OperatingSystem.IsLinux() || !Directory.Exists(folder)) return null;
        ContentHash name = new(BinaryPrimitives.ReadUInt128LittleEndian(RandomNumberGenerator.GetBytes(NameBytes)));
        string path = PathOf(folder, name);
        try
        {
            RemoveAbandoned(folder);

            // All of it is taken now: where there is no room later, whoever touches it is killed.
            using FileStream file = new(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Share = FileShare.ReadWrite | FileShare.Delete,
                BufferSize = 0,
                PreallocationSize = HeadBytes + (Slots * SlotBytes),
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            file.SetLength(HeadBytes + (Slots * SlotBytes));
            SharedSlots made = new(Map(path), name, path);
            BinaryPrimitives.WriteUInt128LittleEndian(made._memory.Span, name.Value);
            return made;
        }
        catch (Exception e) when (IsExpected(e))
        {
            DurableFile.RemoveQuietly(path);
            return null;
        }
    }

    /// <summary>Opens the memory that the other side sends by.</summary>
    /// <returns>Null where it is not that: the other side is on another machine, or has another user.</returns>
    public static SharedSlots? TryOpen(string folder, ContentHash name)
    {
        string path = PathOf(folder, name);
        try
        {
            if (!File.Exists(path) || File.ResolveLinkTarget(path, returnFinalTarget: false) is not null) return null;
            SharedSlots found = new(Map(path), name, path);
            if (found._memory.Length == HeadBytes + (Slots * SlotBytes) && BinaryPrimitives.ReadUInt128LittleEndian(found._memory.Span) == name.Value) return found;
            found._memory.Dispose();
            return null;
        }
        catch (Exception e) when (IsExpected(e))
        {
            return null;
        }
    }

    /// <summary>The file loses its name: the other side has opened it, or will not.</summary>
    public void Hide() => DurableFile.RemoveQuietly(_path);

    /// <summary>The sender's next slot.</summary>
    /// <param name="slot">What is written there has been sent when its header is.</param>
    /// <returns>Whether one is free.</returns>
    /// <exception cref="ChannelException">The reader says that it has read what was never sent.</exception>
    public bool TryTake(out Span<byte> slot)
    {
        slot = default;
        if (_count - _read == Slots)
        {
            long read = Volatile.Read(ref ReadCount);
            if (read < _read || read > _count) throw new ChannelException("the other side has read what was never sent");
            _read = read;
            if (_count - _read == Slots) return false;
        }

        slot = Slot(_count++);
        return true;
    }

    /// <summary>Copies the next body out of its slot, which is free then.</summary>
    /// <param name="destination">No longer than a slot.</param>
    public void Read(Span<byte> destination)
    {
        Debug.Assert(destination.Length <= SlotBytes, "The frame's length has been checked.");
        Slot(_count)[..destination.Length].CopyTo(destination);
        Skip();
    }

    /// <summary>Frees the next body's slot.</summary>
    public void Skip() => Volatile.Write(ref ReadCount, ++_count);

    public void Dispose()
    {
        Hide();
        _memory.Dispose();
    }

    private ref long ReadCount => ref MemoryMarshal.Cast<byte, long>(_memory.Span.Slice(CountAt, sizeof(long)))[0];

    private Span<byte> Slot(long number) => _memory.Span.Slice(HeadBytes + ((int)(number % Slots) * SlotBytes), SlotBytes);

    private static string PathOf(string folder, ContentHash name) => Path.Combine(folder, Prefix + name);

    private static MappedMemory Map(string path)
    {
        SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            return new MappedMemory(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>A process that was killed between making a file and the other side's answer left it there.</summary>
    private static void RemoveAbandoned(string folder)
    {
        foreach (string path in Directory.EnumerateFiles(folder, Prefix + "*"))
            if (DateTime.UtcNow - File.GetLastWriteTimeUtc(path) > Abandoned) DurableFile.RemoveQuietly(path);
    }

    private static bool IsExpected(Exception e) => e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException or OverflowException;
}
