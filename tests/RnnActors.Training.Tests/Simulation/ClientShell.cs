using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Tests.Simulation;

/// <summary>Who brings a run and follows it to its end, as <c>RunFollower</c> does.</summary>
internal sealed class ClientShell
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(250);

    private const int TicksBetweenQuestions = 4, QuestionsUntilSilent = 2, EndsToBeMissed = 3, OthersUntilReplaced = 3;

    private readonly World _world;
    private readonly FileCache _files;
    private ManagerShell? _coordinator;
    private ChannelSink? _sink;
    private Channel? _channel;
    private RunEnded? _ended;
    private AcknowledgedRun? _acknowledged;
    private long _epoch;
    private int _attempts, _ticks, _unanswered, _endsSeen, _othersHeard, _otherHeardAt;

    public ClientShell(World world, Life life, SimulatedJob job, FileCache files)
    {
        (_world, Life, Job, _files) = (world, life, job, files);
        Tick();
    }

    public Life Life { get; }

    public SimulatedJob Job { get; }

    /// <summary>Whether it was told of the end, and has the result.</summary>
    public bool IsDone { get; private set; }

    /// <summary>What it answers to who asks for a file of the job.</summary>
    public static string? PathOf(ContentHash file) => SimulatedJob.Source.Holds(file) ? SimulatedJob.Source.PathOf(file) : null;

    public void Accepted(ManagerShell manager, long epoch, Action<ChannelSink> open)
    {
        if (_coordinator is not null || IsDone) return;
        (_coordinator, _epoch) = (manager, epoch);
        Heard();
        var sink = _sink = new ChannelSink(_files);
        sink.Attach(new Ear(_world, Life, message => Hear(sink, message)));
        open(sink);
    }

    public void Opened(Channel channel, ChannelSink sink)
    {
        if (sink == _sink) _channel = channel;
        else channel.Break("the client has gone", Life);
        if (_ended is not null) Fetch();
    }

    public void Ended(ManagerShell manager, RunEnded ended)
    {
        if (manager != _coordinator || IsDone) return;
        _world.Log?.Add($"{_world.Timeline.Now} the client of {Job.Description.Name} hears: {ended.Ending} {ended.Message}");
        _ended = ended;
        if (_channel is not null) Fetch();
    }

    public void Status(ManagerShell manager, long epoch, bool isOver)
    {
        if (_coordinator is null || IsDone) return;
        if (manager != _coordinator)
        {
            if (epoch > _epoch) Lose("there is another coordinator");
            else if (_otherHeardAt != _ticks)
            {
                _otherHeardAt = _ticks;
                if (++_othersHeard >= OthersUntilReplaced) Lose("there is another coordinator");
            }

            return;
        }

        Heard();
        _epoch = epoch;
        _endsSeen = isOver && _ended is null ? _endsSeen + 1 : 0;
        if (_endsSeen >= EndsToBeMissed) Lose("the end of the run was not received");
    }

    public void Acknowledged(ManagerShell manager, AcknowledgedRun run)
    {
        if (manager == _coordinator && run.Supersedes(_acknowledged)) _acknowledged = run;
    }

    /// <summary>A person stops the run, and brings it again when it has stopped.</summary>
    public void Interrupt()
    {
        if (_coordinator is { } coordinator) Tell(manager =>
        {
            if (manager == coordinator) manager.StopRun(Job.Description.RunId);
        });
    }

    private void Heard() => (_othersHeard, _unanswered) = (0, 0);

    private void Tick()
    {
        if (IsDone) return;
        if (_coordinator is null) Tell(manager => manager.Submit(this, Job.Description, _acknowledged, _world.PriorityOf(Job)));
        else if (++_ticks % TicksBetweenQuestions == 0 || _unanswered >= QuestionsUntilSilent)
        {
            _unanswered++;
            Tell(manager => manager.Ask(this, Job.Description.RunId));
        }

        _world.Timeline.In(Retry, Life, Tick);
    }

    /// <summary>To the coordinator by one node after another.</summary>
    private void Tell(Action<ManagerShell> arrive)
    {
        if (_world.Machines[_attempts++ % _world.Machines.Count].Life is { } contact)
            _world.Network.Send(Life, contact, () => _world.TellCoordinator(contact, arrive));
    }

    private void Lose(string reason)
    {
        if (_channel is not null) _channel.Break(reason);
        else Forget();
    }

    private void Hear(ChannelSink sink, object message)
    {
        if (sink != _sink || IsDone) return;
        switch (message)
        {
            case ChannelSink.ChannelBroken: Forget(); break;
            case ChannelSink.FileArrived arrived when arrived.File.ToString() == _ended?.Checkpoint: Done(); break;
            case ChannelSink.FileFailed failed:
                _world.Log?.Add($"{_world.Timeline.Now} the client could not fetch {failed.File}: {failed.Reason}");
                Lose("the result could not be fetched");
                break;
        }
    }

    private void Forget() => (_coordinator, _sink, _channel, _ended, _endsSeen) = (null, null, null, null, 0);

    private void Fetch()
    {
        if (_ended!.Ending != RunEnding.Complete)
        {
            // A person sees to what is wrong and brings it again.
            if (_ended.Ending == RunEnding.Stopped || _ended.Message is ManagerShell.NotSaved || MayEnd(_ended.Message)) Lose("once more");
            else _world.Fail($"the run of {Job.Description.Name} ended as {_ended.Ending}: {_ended.Message}");
            return;
        }

        if (_ended.Checkpoint is null)
        {
            _world.Fail("a run was complete without a checkpoint");
            return;
        }

        var manager = _coordinator!;
        var file = ContentHash.Parse(_ended.Checkpoint);
        if (_files.Holds(file)) Done();
        else _world.Fetch(_channel!, Life, _sink!, file, manager.Life, manager.CheckpointOf(Job.Description.RunId));
    }

    /// <summary>What ends a run rightly: of two that differ nobody knows who is wrong, and what no machine holds is trained by none.</summary>
    private bool MayEnd(string? message) => message is not null
        && ((message.Contains("do not compute the same bits", StringComparison.Ordinal) && _world.Machines.Any(machine => machine.HasLied))
            || (message.Contains("no node has enough memory", StringComparison.Ordinal) && _world.Machines.Any(machine => machine.WasShort)));

    private void Done()
    {
        IsDone = true;
        _world.Oracle.Fetched(Job, _files.PathOf(ContentHash.Parse(_ended!.Checkpoint!)));
        _channel?.Break("the client has gone", Life);
    }
}
