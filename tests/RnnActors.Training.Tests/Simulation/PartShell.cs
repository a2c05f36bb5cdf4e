using System.Runtime.InteropServices;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Objectives;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Remote;
using RnnActors.Training.Storage;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Tests.Simulation;

/// <summary>A node's part in a run: what <c>RemoteRun</c> routes, around the product's inbox.</summary>
internal sealed class PartShell
{
    private readonly World _world;
    private readonly NodeShell _node;
    private readonly NodeShell.Link _link;
    private readonly SimulatedJob _job;
    private readonly ContentHash _frames;
    private readonly MemoryPlan _plan;
    private readonly WorkerShell _workers;
    private readonly HashSet<ContentHash> _missing = [];
    private readonly List<ComputeRemoteShards> _computations = [];
    private readonly List<EvaluateRemoteShards> _evaluations = [];
    private readonly int _cut;
    private StepInbox? _inbox;
    private Action<RemoteShell>? _answer;
    private AlignedBuffer? _parameters;
    private long _parametersStep = -1;
    private int _parts;
    private bool _isOver;

    public PartShell(World world, NodeShell node, NodeShell.Link link, PrepareRemoteRun prepare)
    {
        (_world, _node, _link, Prepare) = (world, node, link, prepare);
        _job = world.JobOf(prepare.Job.RunId);
        _frames = world.FramesOf(prepare);
        _plan = new MemoryPlan(prepare.Workers ?? node.Life.Machine.Workers, prepare.InSmallRounds);
        _workers = WorkerShell.Start(world, node.Life, _job, _plan);

        // A process cuts all its gradients in the same way.
        _cut = world.Random.Next(2) == 0 ? 0 : FrameDescription.PageLength;
        world.InBackground(node.Life, () =>
        {
            var missing = new RunFiles(node.Directory.Files, SimulatedJob.Datasets).Missing(prepare.Job);
            _missing.UnionWith(missing);
            if (_isOver || link.Channel is null) return;
            foreach (var file in missing) link.Fetch(world, node, file);
            if (_missing.Count == 0) Load();
        });
    }

    public PrepareRemoteRun Prepare { get; }

    public string RunId => Prepare.Job.RunId;

    public void Arrived(ContentHash file)
    {
        if (_missing.Remove(file) && _missing.Count == 0) Load();
    }

    public void Failed(ContentHash file, string reason)
    {
        if (_missing.Contains(file)) Answer(remote => remote.PreparationFailed(Prepare, reason));
    }

    public void AnswerAgain()
    {
        if (_answer is not null) _node.Tell(_link.Peer, _answer);
    }

    public void End()
    {
        _isOver = true;
        _workers.End();
        if (_inbox is not null) _link.Sink.RouteAwayFrom(_inbox);
    }

    private void Load() => _world.InBackground(_node.Life, () =>
    {
        if (_isOver) return;

        // Limits of containers are known beforehand, or are found when it computes.
        if (_node.Life.IsShortOf(_plan, _workers) && _world.Random.Next(2) == 0)
        {
            MemoryPlan? fitting = _plan;
            while (fitting is { } one && _node.Life.IsShortOf(one, _workers)) fitting = one.Smaller();
            Answer(remote => remote.PreparationFailed(Prepare, "it has too little memory", fitting ?? default(MemoryPlan)));
            return;
        }

        _inbox = new StepInbox(_job.Job, new Ear(_world, _node.Life, Hear));
        _link.Sink.RouteTo(_frames, _link.Epoch, _inbox);
        Answer(remote => remote.Prepared(Prepare));
    });

    private void Answer(Action<RemoteShell> answer) => _node.Tell(_link.Peer, _answer = answer);

    private void Hear(object message)
    {
        if (_isOver) return;
        switch (message)
        {
            case StepInbox.ParametersArrived arrived: (_parametersStep, _parameters, _parts) = (arrived.Version, arrived.Parameters, arrived.Parts); break;
            case ComputeRemoteShards order when order.Epoch == _link.Epoch && order.RunId == RunId: _computations.Add(order); break;
            case EvaluateRemoteShards order when order.Epoch == _link.Epoch && order.RunId == RunId: _evaluations.Add(order); break;
        }

        Release();
    }

    private void Release()
    {
        for (int i = 0; i < _computations.Count; i++)
        {
            var order = _computations[i];
            if (IsAhead(order.Step, order.Parts)) continue;
            var orders = order.Orders.Select(FromWire).ToArray();
            ReadOnlyMemory<float> states = default;
            if (order.CarriesState && order.Step == _parametersStep && !_inbox!.TryGetStates(order.Step, orders.Select(one => one.Shards), out states)
                && _world.Bug != Bug.StaleCarriedState) continue;
            _computations.RemoveAt(i--);
            if (order.Step < _parametersStep) Drop(order.Step, order.Orders);
            else Compute(order, orders, states);
        }

        for (int i = 0; i < _evaluations.Count; i++)
        {
            var order = _evaluations[i];
            if (IsAhead(order.Step, order.Parts)) continue;
            _evaluations.RemoveAt(i--);
            if (order.Step < _parametersStep) Drop(order.Step, order.Orders);
            else Evaluate(order);
        }
    }

    private bool IsAhead(long step, int parts) => _world.Bug == Bug.OrderDoesNotWaitForParameters
        ? _parameters is null
        : step > _parametersStep || (step == _parametersStep && parts > _parts);

    private void Compute(ComputeRemoteShards work, ShardOrder[] orders, ReadOnlyMemory<float> states)
    {
        int[] rows = MemoryMarshal.Cast<byte, int>(work.BatchRows).ToArray();
        var parameters = _parameters!;
        var computation = new ComputeShards(work.Step, rows, states, orders, work.IsAudited, work.IsAudit);
        foreach (var order in orders)
        {
            _workers.Compute(computation, order, () => parameters.Memory, (parts, answer) =>
            {
                if (_isOver) return;
                foreach (var part in parts) Send(part);
                bool carries = !answer.FinalState.IsEmpty;
                if (carries) Send(new FrameDescription(FrameKind.State, _frames, _link.Epoch, work.Step, order.Shards), answer.FinalState);
                Say(new RemoteShardsComputed(
                    _link.Epoch, RunId, work.Step, ToWire(order),
                    [.. answer.Losses.Select(loss => new WireTreeNodeLoss(loss.TreeNode.First, loss.TreeNode.Count, ToWire(loss.Loss), loss.NotFinite))],
                    answer.Seconds, carries, answer.Audited?.Select(ToWire).ToArray()));
            }, SayAudited, SayLost);
        }
    }

    private void Evaluate(EvaluateRemoteShards work)
    {
        var parameters = _parameters!;
        foreach (var order in work.Orders)
        {
            _workers.Evaluate(work.Step, FromWire(order), () => parameters.Memory, answer =>
            {
                if (!_isOver)
                    Say(new RemoteShardsEvaluated(_link.Epoch, RunId, work.Step, order, [.. answer.Losses.Select(ToWire)], answer.Seconds));
            }, SayLost);
        }
    }

    private void SayAudited(ShardsAudited audited)
    {
        if (!_isOver) Say(new RemoteShardsAudited(_link.Epoch, RunId, audited.Step, ToWire(audited.Order), ToWire(audited.Sum)));
    }

    private void SayLost(ShardsLost lost)
    {
        if (!_isOver) Say(new RemoteShardsLost(_link.Epoch, RunId, lost.Step, ToWire(lost.Order), lost.Reason, lost.IsOutOfMemory));
    }

    private void Drop(long step, WireOrder[] orders)
    {
        foreach (var order in orders) Say(new RemoteShardsLost(_link.Epoch, RunId, step, order, "its parameters came too late"));
    }

    private void Send(GradientPart part)
    {
        int length = part.Gradient.Length, cut = _cut > 0 && _cut < length ? _cut : length;
        for (int first = 0; first < length; first = first == 0 ? cut : length)
        {
            int end = first == 0 ? cut : length;
            Send(new FrameDescription(FrameKind.Gradient, _frames, _link.Epoch, part.Step, part.TreeNode, first), part.Gradient.Memory[first..end]);
        }
    }

    private void Send(FrameDescription transfer, ReadOnlyMemory<float> block) => _link.Channel?.Send(_node.Life, transfer, block);

    private void Say(IStepMessage message) =>
        _link.Channel?.Tell(_node.Life, new FrameDescription(FrameKind.Message, _frames, _link.Epoch), WireSerializer.Pack(message));

    private static WireOrder ToWire(ShardOrder order) => new(order.Worker.Number, order.Shards.First, order.Shards.Count, order.Attempt);

    private static ShardOrder FromWire(WireOrder order) => new(new WorkerId(order.Worker), new ShardRange(order.FirstShard, order.Shards), order.Attempt);

    private static WireAuditedSum ToWire(AuditedSum sum) => new(sum.TreeNode.First, sum.TreeNode.Count, sum.Hash);

    private static WireLoss ToWire(LossSum loss) => new(loss.Sum, loss.Count, loss.Correct, loss.Weight);
}
