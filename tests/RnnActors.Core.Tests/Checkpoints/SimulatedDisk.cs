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
        Expect(Path.GetDirectoryName(path)!);

        // The name of a file that is there stays, and its bytes go.
        if (_files.TryGetValue(path, out var content)) content.Truncate();
        else Change(new NameChange(path, _files[path] = new Content(), null));
        return new Written(this, content ?? _files[path]);
    }

    public Stream Append(string path)
    {
        Begin();
        Expect(Path.GetDirectoryName(path)!);
        if (!_files.TryGetValue(path, out var content)) Change(new NameChange(path, content = _files[path] = new Content(), null));
        return new Written(this, content);
    }

    public DiskEntry? Find(string path) =>
        _files.TryGetValue(path, out var content) ? new DiskEntry(content.Bytes.Count, DateTime.UnixEpoch)
        : _folders.Contains(path) ? new DiskEntry(0, DateTime.UnixEpoch) : null;

    public void Touch(string path)
    {
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
        Expect(Path.GetDirectoryName(path)!);
        if (_folders.Add(path)) Change(new NameChange(path, null, null) { IsFolder = true });
    }

    public void RenameFolder(string from, string to)
    {
        Begin();
        Expect(from);
        if (_folders.Contains(to)) throw new IOException($"'{to}' is there");
        Move(_files, _folders, from, to);

        // What was not flushed of it before goes with it; its own name is in the folder around it.
        for (int i = 0; i < _unflushed.Count; i++)
            if (IsIn(_unflushed[i].Path, from)) _unflushed[i] = _unflushed[i] with { Path = to + _unflushed[i].Path[from.Length..] };
        Change(new NameChange(to, null, from) { IsFolder = true });
    }

    public void RemoveFolder(string path)
    {
        Begin();
        if (_files.Keys.Any(file => IsIn(file, path)) || _folders.Any(folder => IsIn(folder, path))) throw new IOException($"'{path}' is not empty");
        if (_folders.Remove(path)) Change(new NameChange(path, null, null) { IsFolder = true, IsGone = true });
    }

    public void FlushFolder(string path)
    {
        Begin();
        Expect(path);
        if (ForgetsFolders) return;
        foreach (var change in _unflushed.Where(change => Path.GetDirectoryName(change.Path) == path)) Apply(change);
        _unflushed.RemoveAll(change => Path.GetDirectoryName(change.Path) == path);
    }

    public IDisposable Lock(string folder, string otherwise, bool isShared = false) =>
        _held.Add(folder) ? new Held(() => _held.Remove(folder))
            : throw new InvalidInputException("another process is writing this folder", $"Wait for it, end it, or {otherwise}", new SourceLocation(folder));

    /// <summary>What a process finds that starts after all this.</summary>
    /// <param name="power">Whether the power went; else the process was killed, and what is not flushed may still be lost later.</param>
    public void Restart(bool power)
    {
        (_isStopped, StopAt, Refusal, Operations) = (false, null, null, 0);
        _held.Clear();
        if (!power) return;
        foreach (var change in _unflushed.ToArray())
        {
            if (random.Next(2) != 0) continue;
            Apply(change);
            _unflushed.Remove(change);
        }

        _unflushed.Clear();
        _folders = [.. _durableFolders.Where(IsReachable)];
        _durableFolders = [.. _folders];
        _files = _durable.Where(file => _folders.Contains(Path.GetDirectoryName(file.Key)!)).ToDictionary();
        _durable = new(_files);
        foreach (var content in _files.Values.Distinct()) content.Lose(random);
    }

    private bool IsReachable(string folder) =>
        folder == "/" || (_durableFolders.Contains(Path.GetDirectoryName(folder)!) && IsReachable(Path.GetDirectoryName(folder)!));

    private static bool IsIn(string path, string folder) => path.StartsWith(folder + "/", StringComparison.Ordinal);

    private static void Move(Dictionary<string, Content> files, HashSet<string> folders, string from, string to)
    {
        foreach (string file in files.Keys.Where(file => IsIn(file, from)).ToArray())
            if (files.Remove(file, out var content)) files[to + file[from.Length..]] = content;
        foreach (string folder in folders.Where(folder => folder == from || IsIn(folder, from)).ToArray())
            if (folders.Remove(folder)) folders.Add(to + folder[from.Length..]);
    }

    private void Expect(string folder)
    {
        if (!_folders.Contains(folder)) throw new DirectoryNotFoundException($"there is no folder '{folder}'");
    }

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
        string path = DurablePath(change.Path);
        if (change.IsFolder)
        {
            if (change.From is { } old) Move(_durable, _durableFolders, old, change.Path);
            else if (change.IsGone) _durableFolders.Remove(path);
            else _durableFolders.Add(path);
            return;
        }

        if (change.From is { } from) _durable.Remove(DurablePath(from));
        if (change.Content is { } content) _durable[path] = content;
        else _durable.Remove(path);
    }

    /// <summary>Where the disk has something as long as the new names of folders are not flushed.</summary>
    private string DurablePath(string path)
    {
        foreach (var rename in _unflushed.Where(change => change.IsFolder && change.From is not null).Reverse())
            if (IsIn(path, rename.Path)) path = rename.From + path[rename.Path.Length..];
        return path;
    }

    /// <param name="Content">Null for a folder, and for a file that was removed.</param>
    /// <param name="From">The name that it had; null for a file that is new.</param>
    private sealed record NameChange(string Path, Content? Content, string? From)
    {
        public bool IsFolder { get; init; }

        /// <summary>Whether a folder was removed.</summary>
        public bool IsGone { get; init; }
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
