using System.Runtime.InteropServices;
using Akka.Actor;
using RnnActors.Core.Sharding;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Remote;

/// <summary>The coordinator's orders, each held until its parameters and states have arrived.</summary>
internal sealed partial class RemoteRun
{
    private void ReceiveFromCoordinator()
    {
        Receive<StepInbox.ParametersArrived>(arrived =>
        {
            (_parametersVersion, _parameters, _parts) = (arrived.Version, arrived.Parameters, arrived.Parts);
            Release();
        });
        Receive<StepInbox.StateArrived>(_ => Release());
        Receive<ComputeRemoteShards>(order => IsPresent(order.Epoch, order.RunId), order =>
        {
            CheckParts(order.Parts);
            _computations.Add(order);
            Release();
        });
        Receive<EvaluateRemoteShards>(order => IsPresent(order.Epoch, order.RunId), order =>
        {
            CheckParts(order.Parts);
            _evaluations.Add(order);
            Release();
        });
    }

    /// <exception cref="InvalidDataException">The order waits for no parameters at all.</exception>
    private static void CheckParts(int parts)
    {
        if (parts < 1) throw new InvalidDataException($"an order is to be computed with {parts} parts of the parameters");
    }

    /// <summary>Passes on every order whose floats have arrived.</summary>
    private void Release()
    {
        if (_job is null) return;
        for (int i = 0; i < _computations.Count; i++)
        {
            var order = _computations[i];
            long version = ParametersVersion.Of(_job.Training, order.Step, isValidation: false);
            if (IsAhead(version, order.Parts)) continue;
            var orders = FromWire(order.Orders);
            ReadOnlyMemory<float> states = default;
            if (order.CarriesState && version == _parametersVersion && !_inbox!.TryGetStates(order.Step, orders.Select(one => one.Shards), out states))
                continue;

            _computations.RemoveAt(i--);
            if (version < _parametersVersion) Drop(order.Step, order.Orders);
            else Compute(order, orders, states);
        }

        for (int i = 0; i < _evaluations.Count; i++)
        {
            var order = _evaluations[i];
            long version = ParametersVersion.Of(_job.Training, order.Step, isValidation: true);
            if (IsAhead(version, order.Parts)) continue;
            _evaluations.RemoveAt(i--);
            if (version < _parametersVersion) Drop(order.Step, order.Orders);
            else
            {
                Publish(order.Step);
                _trace?.IsAt(order.Step, order.TraceParent);
                _node!.Tell(new EvaluateShards(order.Step, FromWire(order.Orders)));
            }
        }
    }

    /// <summary>Whether the parameters of an order are still on their way.</summary>
    private bool IsAhead(long version, int parts) => version > _parametersVersion || (version == _parametersVersion && parts > _parts);

    /// <summary>Publishes the parameters to the workers before their first order of the step. Embedding rows that arrive later are read in place.</summary>
    private void Publish(long step)
    {
        if (_publishedVersion == _parametersVersion) return;
        _publishedVersion = _parametersVersion;
        _node!.Tell(new ParametersPublished(step, _parameters!) { Version = _parametersVersion });
    }

    private void Compute(ComputeRemoteShards work, ShardOrder[] orders, ReadOnlyMemory<float> states)
    {
        Publish(work.Step);
        _trace?.IsAt(work.Step, work.TraceParent);
        if (!work.IsAudit) _reducer!.Tell(new ReduceShards(work.Step, [.. orders.Select(order => order.Shards)]));
        _node!.Tell(new ComputeShards(
            work.Step, MemoryMarshal.Cast<byte, int>(work.BatchRows).ToArray(), states, orders, work.IsAudited, work.IsAudit));
    }

    /// <summary>Drops orders whose parameters were superseded: their step is over. The answer frees the workers.</summary>
    private void Drop(long step, WireOrder[] orders)
    {
        foreach (var order in orders) Say(new RemoteShardsLost(Epoch, RunId, step, order, "its parameters came too late"));
    }

    /// <exception cref="InvalidDataException">An order cannot be carried out here.</exception>
    private ShardOrder[] FromWire(WireOrder[] orders) =>
        [.. orders.Select(order => CanBe(order)
            ? new ShardOrder(new WorkerId(order.Worker), new ShardRange(order.FirstShard, order.Shards), order.Attempt)
            : throw new InvalidDataException($"worker {order.Worker} was given {order.Shards} shards from {order.FirstShard} on"))];

    private bool CanBe(WireOrder order) =>
        order.Worker >= _prepare.FirstWorker && order.Worker - _prepare.FirstWorker < _job!.TeamsOf(_workers).Workers
        && new ShardRange(order.FirstShard, order.Shards).IsOf(_job.Training.Shards);
}
