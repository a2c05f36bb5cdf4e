using BenchmarkDotNet.Attributes;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Sequences;

namespace RnnActors.Benchmarks.Layers;

/// <summary>A whole training step of a replica, without actors: packing, forward, loss, backward,
/// the gradient of one shard, Adam. It allocates nothing.</summary>
[MemoryDiagnoser]
public class TrainingStepBenchmarks
{
    private const int Features = 8, Rows = 32, Steps = 32;

    private readonly MeanSquaredError _loss = new();
    private readonly Adam _adam = new();
    private Replica _replica = null!;
    private AlignedBuffer _parameters = null!, _gradient = null!, _mean = null!, _meanSquare = null!, _targets = null!;
    private long _step;

    [Params("simpleRnn", "lstm", "gru", "minGru", "minLstm")]
    public string Cell { get; set; } = "";

    [Params(32, 256)]
    public int Units { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        LayerSpec cell = Cell switch
        {
            "lstm" => new Lstm(Units),
            "gru" => new Gru(Units),
            "minGru" => new MinGru(Units),
            "minLstm" => new MinLstm(Units),
            _ => new SimpleRnn(Units),
        };
        var model = new Model(new ModelSpec([cell, new Dense(1)]), new Shape(Features));
        _replica = new Replica(model, Steps, Rows, training: true);
        Operands.Noise(Steps * Rows * Features).Span.CopyTo(_replica.Input.Values);
        _targets = Operands.Noise(Rows);
        _parameters = model.CreateParameters(seed: 1);
        (_gradient, _mean, _meanSquare) = (new AlignedBuffer(_parameters.Length), new AlignedBuffer(_parameters.Length), new AlignedBuffer(_parameters.Length));
    }

    [Benchmark]
    public LossSum Step()
    {
        var context = new PassContext(Rows, 0, Training: true, Seed: 1, _step++, HasState: false, _replica.Model.StateWidth);
        _replica.Prepare(_parameters.Memory);
        _replica.Forward(context, [], []);
        var loss = _loss.EvaluateStep(_replica.Output.Values, _targets.Span, [], 1, 1f / Rows, _replica.Output.Gradient);
        _replica.Backward(context, []);
        _replica.ComputeGradient(context, new ShardRows(0, Rows), _gradient.Span);
        _adam.Update(_parameters.Span, _gradient.Span, _mean.Span, _meanSquare.Span, new UpdateStep(_step, 1e-3f));
        return loss;
    }
}
