using RnnActors.Training.Files;
using RnnActors.Training.Telemetry;

namespace RnnActors.Training.Transfer;

/// <summary>
/// Receives files. Each is written to a temporary file, which gets its name once its hash is verified and its bytes are flushed. A full disk fails the file,
/// not the channel. Flushing has its own thread, since it may take longer than a step.
/// </summary>
internal sealed class FileReceiver(IFrameSink sink, Action<FrameKind, ContentHash> words) : IDisposable
{
    private readonly Dictionary<ContentHash, IncomingFile> _open = [];

    public void Begin(in Frame frame)
    {
        ContentHash file = frame.Transfer.Run;
        FileTarget target = sink.AcceptFile(file, frame.Total);
        if (target.Refusal is { } refusal) throw new ChannelException(refusal);
        if (target.Path is not { } path) return;
        IncomingFile incoming = new(path) { Activity = TrainingActivities.BeginFile("receive file", file, frame.Total) };
        _open.Add(file, incoming);
        Try(file, incoming, incoming.Begin);
    }

    public void Append(ContentHash file, ReadOnlySpan<byte> bytes)
    {
        if (!_open.TryGetValue(file, out IncomingFile? incoming) || !incoming.IsOpen) return;
        try
        {
            incoming.Append(bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail(file, incoming, e);
        }
    }

    public void End(ContentHash file)
    {
        if (!_open.Remove(file, out IncomingFile? incoming))
        {
            words(FrameKind.FileStored, file);
            return;
        }

        if (!incoming.IsOpen) return;
        if (!incoming.Is(file))
        {
            incoming.Remove();
            throw new ChannelException($"the other side sent a file with other bytes than its hash {file} says");
        }

        new Thread(() => Store(file, incoming)) { IsBackground = true, Name = $"store {file}" }.Start();
    }

    public void Abandon(ContentHash file)
    {
        if (_open.Remove(file, out IncomingFile? incoming)) incoming.Remove();
    }

    public void Dispose()
    {
        foreach (IncomingFile incoming in _open.Values) incoming.Remove();
        _open.Clear();
    }

    private void Store(ContentHash file, IncomingFile incoming) => Try(file, incoming, () =>
    {
        incoming.Store();
        TrainingActivities.End(incoming.Activity);
        words(FrameKind.FileStored, file);
        sink.FileReceived(file, incoming.Path);
    });

    private void Try(ContentHash file, IncomingFile incoming, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail(file, incoming, e);
        }
    }

    /// <summary>Fails a file. The rest of it is read and discarded.</summary>
    private void Fail(ContentHash file, IncomingFile incoming, Exception problem)
    {
        TrainingActivities.End(incoming.Activity, problem);
        incoming.Remove();
        words(FrameKind.FileFailed, file);
        // The temporary file has another name each time; without it, equal problems give equal reasons.
        string reason = problem.Message.Replace(
            $" : '{incoming.Temporary}'", "", StringComparison.Ordinal).Replace(incoming.Temporary, incoming.Path, StringComparison.Ordinal);
        sink.FileFailed(file, $"'{incoming.Path}' cannot be written: {reason.TrimEnd('.')}");
    }
}
