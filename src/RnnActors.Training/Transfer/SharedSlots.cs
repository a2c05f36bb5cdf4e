using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using RnnActors.Core.Checkpoints;
using RnnActors.Training.Files;

namespace RnnActors.Training.Transfer;

/// <summary>
/// A ring of slots in memory that the two processes of a channel share on one machine. The bodies of large frames lie in its slots; their headers use the
/// connection. The copies cost a quarter of a socket's work. Each side creates the memory for what it sends: a file that only its user can open, under a secret
/// name that is removed once the peer has opened it. A reader copies a body before it uses it, so later writes do no harm.
/// </summary>
internal sealed class SharedSlots : IDisposable
{
    /// <summary>The maximum length of a body, in bytes.</summary>
    public const int SlotBytes = 1 << 18;

    /// <summary>
    /// The number of slots. When all are full, bodies use the connection, at four times the work. If all processors compute, the reader is a few milliseconds
    /// behind; with half as many slots, one body in five found none free.
    /// </summary>
    private const int Slots = 32;

    /// <summary>
    /// The head: the name (16 bytes), the low byte of the reader's count of bodies on a cache line of its own, and the rest of a page. One byte is enough for
    /// fewer than 256 slots, and is read and written atomically on any machine.
    /// </summary>
    private const int HeadBytes = 4096, CountAt = 64, NameBytes = 16;

    private const string Prefix = "rnnactors-";

    /// <summary>
    /// Changes with the layout of the head: a peer of another build then finds no memory, and bodies use the connection. In the first layout the count had
    /// eight bytes.
    /// </summary>
    private const string Layout = "2-";

    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(1);

    private readonly MappedMemory _memory;
    private readonly string _path;
    private long _count, _read;

    private SharedSlots(MappedMemory memory, ContentHash name, string path) => (_memory, Name, _path) = (memory, name, path);

    /// <summary>The name under which the peer opens it.</summary>
    public ContentHash Name { get; }

    /// <summary>Creates the memory for sending.</summary>
    /// <param name="folder">An in-memory file system.</param>
    /// <returns>Null if there is no such file system, or no room in it: channels work without.</returns>
    public static SharedSlots? TryCreate(string folder)
    {
        if (!OperatingSystem.IsLinux() || !Directory.Exists(folder)) return null;
        ContentHash name = new(BinaryPrimitives.ReadUInt128LittleEndian(RandomNumberGenerator.GetBytes(NameBytes)));
        string path = PathOf(folder, name);
        try
        {
            RemoveAbandoned(folder);

            // All of it is allocated now. If there were no room later, the process that touches it would be killed.
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
            made._memory.Write(0, Bytes(name));
            return made;
        }
        catch (Exception e) when (IsExpected(e))
        {
            DurableFile.RemoveQuietly(path);
            return null;
        }
    }

    /// <summary>Opens the peer's memory.</summary>
    /// <returns>Null if it cannot be opened: the peer is on another machine, or has another user.</returns>
    public static SharedSlots? TryOpen(string folder, ContentHash name)
    {
        string path = PathOf(folder, name);
        try
        {
            if (!File.Exists(path) || File.ResolveLinkTarget(path, returnFinalTarget: false) is not null) return null;
            SharedSlots found = new(Map(path), name, path);
            if (found._memory.Length == HeadBytes + (Slots * SlotBytes))
            {
                byte[] named = new byte[NameBytes];
                found._memory.Read(0, named);
                if (named.AsSpan().SequenceEqual(Bytes(name))) return found;
            }

            found._memory.Dispose();
            return null;
        }
        catch (Exception e) when (IsExpected(e))
        {
            return null;
        }
    }

    /// <summary>Removes the file's name: the peer has opened it, or refused to.</summary>
    public void Hide() => DurableFile.RemoveQuietly(_path);

    /// <summary>Copies a body into the next slot.</summary>
    /// <param name="body">No longer than a slot; it is sent with its header.</param>
    /// <returns>Whether a slot is free.</returns>
    /// <exception cref="ChannelException">The reader's count is ahead of the sender's.</exception>
    public bool TryWrite(ReadOnlySpan<byte> body)
    {
        Debug.Assert(body.Length <= SlotBytes, "Frames are no longer.");
        if (_count - _read == Slots)
        {
            _read += (byte)(_memory.ReadVolatile(CountAt) - (byte)_read);
            if (_read > _count) throw new ChannelException("the other side has read what was never sent");
            if (_count - _read == Slots) return false;
        }

        _memory.Write(PlaceOf(_count++), body);
        return true;
    }

    /// <summary>Copies the next body out of its slot and frees it.</summary>
    /// <param name="destination">No longer than a slot.</param>
    public void Read(Span<byte> destination)
    {
        Debug.Assert(destination.Length <= SlotBytes, "The frame's length has been checked.");
        _memory.Read(PlaceOf(_count), destination);
        Skip();
    }

    /// <summary>Frees the next body's slot.</summary>
    public void Skip() => _memory.WriteVolatile(CountAt, (byte)++_count);

    public void Dispose()
    {
        Hide();
        _memory.Dispose();
    }

    private static int PlaceOf(long number) => HeadBytes + ((int)(number % Slots) * SlotBytes);

    private static byte[] Bytes(ContentHash name)
    {
        byte[] bytes = new byte[NameBytes];
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, name.Value);
        return bytes;
    }

    private static string PathOf(string folder, ContentHash name) => Path.Combine(folder, $"{Prefix}{Layout}{name}");

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

    /// <summary>Removes files that killed processes left behind.</summary>
    private static void RemoveAbandoned(string folder)
    {
        foreach (string path in Directory.EnumerateFiles(folder, Prefix + "*"))
            if (DateTime.UtcNow - File.GetLastWriteTimeUtc(path) > Abandoned) DurableFile.RemoveQuietly(path);
    }

    private static bool IsExpected(Exception e) =>
        e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException or OverflowException;
}
