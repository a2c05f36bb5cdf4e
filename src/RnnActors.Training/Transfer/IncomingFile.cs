using System.Diagnostics;
using System.IO.Hashing;
using RnnActors.Core.Checkpoints;
using RnnActors.Training.Files;
using RnnActors.Training.Telemetry;

namespace RnnActors.Training.Transfer;

/// <summary>A file that is being received, under a temporary name in the same folder until it is complete and flushed.</summary>
/// <param name="path">The path of the complete file.</param>
/// <param name="disk">Null for this machine's.</param>
/// <remarks>Operations throw <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> where the disk refuses.</remarks>
internal sealed class IncomingFile(string path, IDisk? disk = null)
{
    private readonly IDisk _disk = disk ?? LocalDisk.Instance;
    private readonly XxHash128 _hash = new();
    private Stream? _stream;

    public string Path { get; } = path;

    // Unique, since two processes may share a folder, and two channels a process.
    public string Temporary { get; } = $"{path}.{Guid.NewGuid():N}{DurableFile.TemporaryExtension}";

    /// <summary>Null where nothing is traced.</summary>
    public Activity? Activity { get; init; }

    /// <summary>False before it has begun, and after it is removed.</summary>
    public bool IsOpen => _stream is not null;

    public void Begin()
    {
        DurableFolder.Create(System.IO.Path.GetDirectoryName(Path)!, _disk);
        _stream = _disk.Create(Temporary);
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _hash.Append(bytes);
        _stream!.Write(bytes);
    }

    /// <summary>Whether the received bytes have this hash.</summary>
    public bool Is(ContentHash file) => _hash.GetCurrentHashAsUInt128() == file.Value;

    /// <summary>Flushes the file and gives it its name. Once it returns, the file survives a power cut.</summary>
    public void Store() => DurableFile.Complete(_stream!, Temporary, Path, _disk);

    /// <summary>Closes the file, and removes it unless it was stored.</summary>
    public void Remove()
    {
        TrainingActivities.End(Activity);
        _stream?.Dispose();
        _stream = null;
        DurableFile.RemoveQuietly(Temporary, _disk);
    }
}
