using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;

namespace RnnActors.Core.Tests.Checkpoints;

/// <summary>The power went, or the process was killed: nothing handles it, and nothing more reaches the disk.</summary>
internal sealed class StoppedException : Exception;

/// <summary>
/// A disk in memory that forgets as a real one may. It stops at a chosen operation, in the middle of a write. Then either all that was written is there (the
/// process was killed) or, of what was not flushed, any part: bytes of a file, names of a folder, each by itself and in any order (the power went).
/// </summary>
internal sealed class SimulatedDisk(Random random) : IDisk
{
    private readonly HashSet<string> _held = [];
    private readonly List<NameChange> _unflushed = [];
    private Dictionary<string, Content> _files = [], _durable = [];
    private HashSet<string> _folders = ["/"], _durableFolders = ["/"];
    private bool _isStopped;

    /// <summary>Operations that changed something since the disk was last asked to stop.</summary>
    public int Operations { get; private set; }

    /// <summary>The operation before or in which everything stops; null for none.</summary>
    public int? StopAt { get; set; }

    /// <summary>The operation that the disk refuses once; null for none.</summary>
    public (int Operation, Exception Reason)? Refusal { get; set; }

    /// <summary>Flushing does nothing, as if it had been left out: tests of tests.</summary>
    public bool ForgetsFiles { get; init; }

    /// <inheritdoc cref="ForgetsFiles"/>
    public bool ForgetsFolders { get; init; }

    /// <summary>All files that are there now.</summary>
    public IEnumerable<string> Names => _files.Keys;

    public bool HasFile(string path) => _files.ContainsKey(path);

    public bool HasFolder(string path) => _folders.Contains(path);

    public IReadOnlyList<string> FilesOf(string folder, string pattern = "*")
    {
        string[] parts = pattern.Split('*');
        return [.. _files.Keys.Where(path => Path.GetDirectoryName(path) == folder)
            .Where(path => Path.GetFileName(path).StartsWith(parts[0], StringComparison.Ordinal) && path.EndsWith(parts[^1], StringComparison.Ordinal))];
    }

    public IReadOnlyList<string> FoldersOf(string folder) => [.. _folders.Where(path => path != "/" && Path.GetDirectoryName(path) == folder)];

    public Stream Open(string path) =>
        _files.TryGetValue(path, out var content) ? new MemoryStream(content.Bytes.ToArray(), writable: false)
        : throw new FileNotFoundException($"'{path}' is not there");

    public Stream Create(string path)
    {
        Begin();
        if (!_folders.Contains(Path.GetDirectoryName(path)!)) throw new DirectoryNotFoundException($"there is no folder for '{path}'");

        // The name of a file that is there stays, and its bytes go.
        if (_files.TryGetValue(path, out var content)) content.Truncate();
        else Change(new NameChange(path, _files[path] = new Content(), null));
        return new Written(this, content ?? _files[path]);
    }

    public void Flush(Stream created)
    {
        Begin();
        if (!ForgetsFiles) ((Written)created).Content.Flush();
    }

    public void Rename(string from, string to)
    {
        Begin();
        if (!_files.Remove(from, out var content)) throw new FileNotFoundException($"'{from}' is not there");
        _files[to] = content;
        Change(new NameChange(to, content, from));
    }

    public void Remove(string path)
    {
        Begin();
        if (_files.Remove(path)) Change(new NameChange(path, null, null));
    }

    public void CreateFolder(string path)
    {
        Begin();
        if (!_folders.Contains(Path.GetDirectoryName(path)!)) throw new DirectoryNotFoundException($"there is no folder for '{path}'");
        if (_folders.Add(path)) Change(new NameChange(path, null, null) { IsFolder = true });
    }

    public void FlushFolder(string path)
    {
        Begin();
        if (!_folders.Contains(path)) throw new DirectoryNotFoundException($"'{path}' is not there");
        if (ForgetsFolders) return;
        foreach (var change in _unflushed.Where(change => Path.GetDirectoryName(change.Path) == path)) Apply(change);
        _unflushed.RemoveAll(change => Path.GetDirectoryName(change.Path) == path);
    }

    public IDisposable Hold(string folder, string otherwise, bool isShared = false) =>
        _held.Add(folder) ? new Held(() => _held.Remove(folder))
            : throw new InvalidInputException("another process is writing this folder", $"Wait for it, end it, or {otherwise}", new SourceLocation(folder));

    /// <summary>What a process finds that starts after all this.</summary>
    /// <param name="power">Whether the power went; else the process was killed, and what is not flushed may still be lost later.</param>
    public void Restart(bool power)
    {
        (_isStopped, StopAt, Refusal, Operations) = (false, null, null, 0);
        _held.Clear();
        if (!power) return;
        foreach (var change in _unflushed)
            if (random.Next(2) == 0) Apply(change);
        _unflushed.Clear();
        _folders = [.. _durableFolders.Where(IsReachable)];
        _durableFolders = [.. _folders];
        _files = _durable.Where(file => _folders.Contains(Path.GetDirectoryName(file.Key)!)).ToDictionary();
        _durable = new(_files);
        foreach (var content in _files.Values.Distinct()) content.Lose(random);
    }

    private bool IsReachable(string folder) =>
        folder == "/" || (_durableFolders.Contains(Path.GetDirectoryName(folder)!) && IsReachable(Path.GetDirectoryName(folder)!));

    private void Begin()
    {
        if (_isStopped) throw new StoppedException();
        int now = Operations++;
        if (now == StopAt) Stop();
        if (Refusal is not { } refusal || refusal.Operation != now) return;
        Refusal = null;
        throw refusal.Reason;
    }

    private void Stop()
    {
        _isStopped = true;
        throw new StoppedException();
    }

    private void Change(NameChange change) => _unflushed.Add(change);

    private void Apply(NameChange change)
    {
        if (change.IsFolder)
        {
            _durableFolders.Add(change.Path);
            return;
        }

        if (change.From is { } from) _durable.Remove(from);
        if (change.Content is { } content) _durable[change.Path] = content;
        else _durable.Remove(change.Path);
    }

    /// <param name="Content">Null for a file that was removed.</param>
    /// <param name="From">The name that it had; null for a file that is new.</param>
    private sealed record NameChange(string Path, Content? Content, string? From)
    {
        public bool IsFolder { get; init; }
    }

    private sealed class Content
    {
        private readonly List<(int Offset, byte[] Bytes)> _unflushed = [];
        private byte[] _durable = [];

        public List<byte> Bytes { get; private set; } = [];

        public void Append(ReadOnlySpan<byte> bytes)
        {
            if (bytes.IsEmpty) return;
            _unflushed.Add((Bytes.Count, bytes.ToArray()));
            Bytes.AddRange(bytes);
        }

        public void Truncate() => Bytes.Clear();

        public void Flush()
        {
            _durable = [.. Bytes];
            _unflushed.Clear();
        }

        /// <summary>Any range of each write that was not flushed is there; what is missing before it is zeros.</summary>
        public void Lose(Random random)
        {
            byte[] now = _durable;
            foreach (var (offset, bytes) in _unflushed)
            {
                int begin = random.Next(bytes.Length + 1), end = random.Next(begin, bytes.Length + 1);
                if (begin == end) continue;
                Array.Resize(ref now, Math.Max(now.Length, offset + end));
                bytes.AsSpan(begin..end).CopyTo(now.AsSpan(offset + begin));
            }

            Bytes = [.. now];
            Flush();
        }
    }

    private sealed class Written(SimulatedDisk disk, Content content) : MemoryStream
    {
        public Content Content => content;

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (disk.Operations == disk.StopAt && !disk._isStopped) content.Append(buffer[..disk.Next(buffer.Length + 1)]);
            disk.Begin();
            content.Append(buffer);
        }
    }

    private int Next(int end) => random.Next(end);

    private sealed class Held(Action release) : IDisposable
    {
        public void Dispose() => release();
    }
}
