using System.Threading.Channels;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Runs.Pictures;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Stories;
using RnnActors.Runs.Trackers.TensorBoard.Schema;

namespace RnnActors.Runs.Trackers.TensorBoard;

/// <summary>
/// Writes a run as TensorBoard events: scalars, histograms of parameters at each checkpoint, its specification and samples as text, its pictures. A resumed run
/// writes another file in the same folder, which declares from which step on it replaces earlier events.
/// </summary>
public sealed class TensorBoardTracker : ITracker
{
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(20);

    private readonly Channel<Action<EventFile>> _queue = Channel.CreateUnbounded<Action<EventFile>>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TimeProvider _clock;
    private readonly string _folder;
    private readonly List<string> _news = [];
    private string[] _parameters = [];
    private Task _writing = Task.CompletedTask;
    private EventFile? _file;

    /// <param name="folder">The log folder that TensorBoard is started with; each run gets a folder inside.</param>
    /// <param name="run">Name of the run's folder.</param>
    /// <exception cref="InvalidInputException">The folder cannot be written to.</exception>
    public TensorBoardTracker(string folder, string run, TimeProvider? clock = null)
    {
        (_clock, _folder) = (clock ?? TimeProvider.System, Path.Combine(folder, run));
        try
        {
            Directory.CreateDirectory(_folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"TensorBoard's events cannot be written: {e.Message.TrimEnd('.')}", "Choose another folder with --tensorboard",
                new SourceLocation(folder), e);
        }
    }

    public void Begins(RunOverview run, RunStory begun)
    {
        _parameters = [.. run.Model.Layout.Slots.Select(slot => slot.Name)];
        long first = run.Start.Step + 1;
        try
        {
            _file = EventFile.Create(_folder, _clock.GetUtcNow());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Say(e);
            return;
        }

        _writing = Task.Run(WriteAsync);

        // Voids what other files of the folder say of this step and later ones.
        Enqueue(file => file.Write(new Event { WallTime = Now, Step = first, SessionLog = new SessionLog { Status = SessionLog.Types.SessionStatus.Start } }));
        Enqueue(file => Write(
            file, run.Start.Step, EventSummaries.Text("specification", $"```json\n{begun.Specification}\n```"), EventSummaries.Text("question", begun.Question),
            EventSummaries.Text("facts", string.Join('\n', begun.Facts.Select(fact => $"- **{fact.Name}**: {fact.Text}")))));
        if (begun.Commands.Count > 0) Enqueue(file =>
            Write(file, run.Start.Step, EventSummaries.Text("commands", string.Join('\n', begun.Commands.Select(command => $"    {command}")))));
    }

    public void PointAdded(StoryPoint point) => Enqueue(file => file.Write(new Event
    {
        WallTime = EventFile.SecondsOf(point.When),
        Step = point.Step,
        Summary = new Summary { Value = { EventSummaries.Scalar(TrackedNames.Tag(point.Key), point.Value) } },
    }));

    public void Saved(long step, string path) => Enqueue(file => WriteParameters(file, step, path));

    public IReadOnlyList<string> TakeNews()
    {
        lock (_news)
        {
            string[] news = [.. _news];
            _news.Clear();
            return news;
        }
    }

    public async Task EndsAsync(TrackedEnd end)
    {
        long step = end.Story?.Progress.Step ?? 0;
        foreach (StoryValue value in end.Story?.Score?.Values ?? [])
            if (double.IsFinite(value.Value)) Enqueue(file => Write(file, step, EventSummaries.Scalar($"test/{value.Key}", value.Value)));
        foreach (PictureText text in (end.Story?.Pictures ?? []).SelectMany(picture => picture.Texts ?? []))
            Enqueue(file => Write(file, step, EventSummaries.Text($"samples/{text.Title}", $"```\n{text.Text}\n```")));
        if (end.Story?.Verdict is { } verdict)
            Enqueue(file => Write(file, step,
                EventSummaries.Text("verdict", string.Join("\n\n", [$"**{verdict.Headline}**", .. verdict.Reasons, .. verdict.Advice]))));
        foreach (string path in end.Files.Where(path => path.EndsWith(".png", StringComparison.OrdinalIgnoreCase)))
        {
            Enqueue(file =>
            {
                if (EventSummaries.Picture(Path.GetFileNameWithoutExtension(path), File.ReadAllBytes(path)) is { } picture) Write(file, step, picture);
            });
        }

        _queue.Writer.TryComplete();
        if (await Task.WhenAny(_writing, Task.Delay(LongestEnd)).ConfigureAwait(false) != _writing)
            Say(new IOException($"its folder takes no more in {LongestEnd.TotalSeconds:0} seconds"));
    }

    private double Now => EventFile.SecondsOf(_clock.GetUtcNow());

    private void Enqueue(Action<EventFile> write) => _queue.Writer.TryWrite(write);

    private void Write(EventFile file, long step, params ReadOnlySpan<Summary.Types.Value> values)
    {
        var summary = new Summary();
        foreach (Summary.Types.Value value in values) summary.Value.Add(value);
        file.Write(new Event { WallTime = Now, Step = step, Summary = summary });
    }

    /// <summary>
    /// Writes histograms of a checkpoint's parameters. It is skipped where another machine has the file, or a newer one has already replaced it.
    /// </summary>
    private void WriteParameters(EventFile file, long step, string path)
    {
        if (!File.Exists(path)) return;
        try
        {
            SafetensorsFile tensors = CheckpointFile.Read(path).File;
            foreach (string name in _parameters)
                if (tensors.Find(name) is { } tensor && tensor.IsOf<float>())
                    Write(file, step, EventSummaries.Histogram($"parameters/{name}", tensor.Values<float>()));
        }
        catch (InvalidInputException)
        {
            // The checkpoint was removed meanwhile.
        }
    }

    private async Task WriteAsync()
    {
        using EventFile file = _file!;
        try
        {
            while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                while (_queue.Reader.TryRead(out Action<EventFile>? write)) write(file);
                file.Flush();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _queue.Writer.TryComplete();
            while (_queue.Reader.TryRead(out _))
            {
                // What cannot be written is dropped; the run does not wait for it.
            }

            Say(e);
        }
    }

    private void Say(Exception e)
    {
        lock (_news) _news.Add($"TensorBoard's events are not written any more, and training goes on: {e.Message.TrimEnd('.')}");
    }
}
