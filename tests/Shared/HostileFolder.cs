using RnnActors.Core.Problems;

namespace RnnActors.Tests;

/// <summary>
/// The law of all readers, for one file after another in a folder of its own: it is read or refused. Never another exception than
/// <see cref="InvalidInputException"/>, whose message names the file; never more memory than the file can need; nothing written beside it.
/// </summary>
internal sealed class HostileFolder : IDisposable
{
    /// <summary>Allocated whatever the input is: the JIT, tables of a codec.</summary>
    private const long Base = 48L << 20;

    private readonly string _root = Directory.CreateTempSubdirectory("rnnactors-hostile-").FullName;
    private readonly string _folder, _path;
    private readonly HostileFormat _format;

    public HostileFolder(HostileFormat format)
    {
        _format = format;
        _folder = Directory.CreateDirectory(Path.Combine(_root, "in")).FullName;
        _path = Path.Combine(_folder, format.File);
    }

    /// <summary>How many inputs were refused.</summary>
    public int Refused { get; private set; }

    /// <summary>Reads a file that is whole; whatever is wrong is thrown.</summary>
    public void Read(byte[] valid)
    {
        File.WriteAllBytes(_path, valid);
        _format.Read(_path);
    }

    /// <summary>Reads a file that may be anything.</summary>
    /// <returns>What is against the law; null for nothing.</returns>
    public string? Judge(byte[] bytes)
    {
        File.WriteAllBytes(_path, bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            _format.Read(_path);
        }
        catch (InvalidInputException refusal)
        {
            Refused++;
            if (!refusal.Message.Contains(_format.File, StringComparison.Ordinal)) return $"the refusal does not name the file: {refusal.Message}";
        }
        catch (Exception other)
        {
            return $"{other}";
        }

        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        if (taken > Base + ((long)bytes.Length * _format.PerByte)) return $"{taken} bytes were allocated";
        return Directory.GetFileSystemEntries(_root).Length == 1 && Directory.GetFileSystemEntries(_folder).Length == 1 ? null
            : $"something was written: {string.Join(", ", Directory.GetFileSystemEntries(_root, "*", SearchOption.AllDirectories))}";
    }

    /// <summary>Puts an input where somebody can look at it: temporary files go with the process.</summary>
    /// <returns>Where.</returns>
    public string Keep(byte[] bytes)
    {
        string path = Path.Combine(AppContext.BaseDirectory, $"hostile-{Guid.NewGuid():N}-{_format.File}");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
