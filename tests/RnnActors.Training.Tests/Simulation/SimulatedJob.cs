using System.Collections.Concurrent;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Objectives;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;
using RnnActors.Training.Tests.Client;
using Xunit;

namespace RnnActors.Training.Tests.Simulation;

/// <summary>
/// A job, what the one-thread trainer makes of it, and its arithmetic: that is real, and remembered by the bits that go in, since thousands of simulations ask
/// for the same.
/// </summary>
#pragma warning disable CA1001 // It lives as long as the process.
internal sealed class SimulatedJob
#pragma warning restore CA1001
{
    private static readonly Lazy<SimulatedJob[]> Lazily = new(() => [new("lstm", 5), new("streams", 3), new("embedding", 7)]);

    private static readonly string Folder = Directory.CreateTempSubdirectory("rnnactors-simulation-").FullName;

    private readonly ConcurrentDictionary<(UInt128 Input, long Step, ShardRange Shards), Shards> _gradients = new();
    private readonly ConcurrentDictionary<(UInt128 Input, int Shard), LossSum> _losses = new();
    private readonly ThreadLocal<ShardComputation> _computation;
    private readonly ThreadLocal<Evaluation> _evaluation;
    private readonly ConcurrentDictionary<(long Step, UInt128 Bytes), bool> _whole = new();
    private readonly Dictionary<long, string> _hashes = [];
    private readonly Dictionary<long, StepDone> _steps = [];

    private SimulatedJob(string kind, int epochs)
    {
        Job = AnswerKey.Create(kind, epochs) with { CheckpointEverySteps = 2 };
        Description = JobFiles.Describe(Job, Identity, kind, 2, Source, Datasets);
        _computation = new(() => new ShardComputation(Job.Model, Job.Training, Job.Data, Job.Training.Shards));
        _evaluation = new(() => new Evaluation(Job.Model, Job.Training, Job.Validation!));
        Trainer? trainer = null;
        trainer = new Trainer(Job);
        _hashes[0] = HashOf(trainer.State);
        Assert.True(trainer.Run(told =>
        {
            if (told is not StepDone step) return;
            _steps[step.Progress.Step] = step;
            _hashes[step.Progress.Step] = HashOf(trainer.State);
        }));
        (LastStep, FinalHash) = (trainer.State.Progress.Step, HashOf(trainer.State));
        _hashes[LastStep] = FinalHash;
    }

    public static IReadOnlyList<SimulatedJob> All => Lazily.Value;

    public static DatasetFile Datasets { get; } = new([new MemoryFormat()]);

    /// <summary>The files of all jobs, as a client has them.</summary>
    public static FileCache Source { get; } = new(Path.Combine(Folder, "files"));

    public static RunIdentity Identity { get; } = new("{}", "{}", "data");

    public TrainingJob Job { get; }

    public JobDescription Description { get; }

    public long LastStep { get; }

    public string FinalHash { get; }

    public string HashOf(TrainingState state) => TrainingCheckpoint.Hash(Job.Model.Layout, state.Parameters);

    /// <summary>The hash of the parameters of the undisturbed run after so many steps.</summary>
    public string HashAt(long step) => _hashes[step];

    public StepDone StepAt(long step) => _steps[step];

    /// <summary>Whether a file has the bytes of one that was loaded as the checkpoint of this step, and had the right bits.</summary>
    public bool IsKnownWhole(long step, string path) => _whole.ContainsKey((step, BytesOf(path)));

    /// <summary>It was loaded, and has the right bits.</summary>
    public void IsWhole(long step, string path) => _whole[(step, BytesOf(path))] = true;

    /// <summary>The sums of some shards, by the fewest nodes of the tree.</summary>
    /// <param name="state">(rows of the shards, the model's state width).</param>
    public Shards Compute(ReadOnlySpan<float> parameters, long step, ReadOnlyMemory<int> rows, ShardRange shards, ReadOnlyMemory<float> state)
    {
        var hash = new XxHash128();
        hash.Append(MemoryMarshal.AsBytes(parameters));
        hash.Append(MemoryMarshal.AsBytes(state.Span));
        hash.Append(MemoryMarshal.AsBytes(rows.Span));
        var key = (hash.GetCurrentHashAsUInt128(), step, shards);
        return _gradients.TryGetValue(key, out var known) ? known : _gradients[key] = ComputeAnew(parameters, step, rows, shards, state);
    }

    public LossSum Evaluate(ReadOnlySpan<float> parameters, int shard)
    {
        var key = (XxHash128.HashToUInt128(MemoryMarshal.AsBytes(parameters)), shard);
        if (_losses.TryGetValue(key, out var known)) return known;
        var evaluation = _evaluation.Value!;
        evaluation.Prepare(Copy(parameters).Memory);
        return _losses[key] = evaluation.Evaluate(shard);
    }

    private Shards ComputeAnew(ReadOnlySpan<float> parameters, long step, ReadOnlyMemory<int> rows, ShardRange shards, ReadOnlyMemory<float> state)
    {
        var computation = _computation.Value!;
        computation.Prepare(Copy(parameters).Memory);
        var nodes = ReductionTree.Cover(shards, Job.Training.Shards);
        GradientBuffer[] gradients = [.. nodes.Select(_ => new GradientBuffer(Job.Model.Layout.Length))];
        float[] final = new float[state.Length];
        var sums = computation.Compute(new ShardStep(step, rows, shards, state), nodes, gradients, final);
        return new Shards([.. sums.Select(sum => new TreeNodeLoss(sum.Node, sum.Loss, sum.NotFinite))], gradients, final);
    }

    private static UInt128 BytesOf(string path) => XxHash128.HashToUInt128(File.ReadAllBytes(path));

    private static AlignedBuffer Copy(ReadOnlySpan<float> values)
    {
        var copy = new AlignedBuffer(values.Length);
        values.CopyTo(copy.Span);
        return copy;
    }

    /// <summary>What a worker makes of an order. Nobody writes to it.</summary>
    public sealed record Shards(TreeNodeLoss[] Losses, GradientBuffer[] Gradients, float[] FinalState);
}
