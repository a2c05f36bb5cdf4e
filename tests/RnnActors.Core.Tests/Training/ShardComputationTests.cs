using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Parameters;
using RnnActors.Core.Sequences;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Core.Tests.Training;

public class ShardComputationTests
{
    /// <summary>Bytes that a step may allocate for what it returns. The block of the wide model has 300 KB, its activations more.</summary>
    private const long MaxBytes = 4096;

    private const int Ignored = -1;

    public static TheoryData<string> Kinds => [.. TestJobs.Kinds, "wide"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_steady_step_allocates_nothing_that_grows_with_the_model(string kind)
    {
        var job = kind == "wide" ? Wide() : TestJobs.Create(kind);
        int shards = job.Training.Shards;
        var computation = new ShardComputation(job.Model, job.Training, job.Data, shards);
        var parameters = job.Model.CreateParameters(1);
        var part = new ShardRange(0, shards);
        var nodes = ReductionTree.Cover(part, shards);
        GradientBuffer[] gradients = [.. nodes.Select(_ => new GradientBuffer(parameters.Length))];
        int[] rows = job.CreatePlan().NextRows(TrainingProgress.Start);
        float[] state = new float[job.Data.Streams * job.Model.StateWidth];
        void Step(int number)
        {
            computation.Prepare(parameters.Memory);
            computation.Compute(new ShardStep(number, rows, part, state), nodes, gradients, state);
        }

        for (int i = 0; i < 3; i++) Step(i);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++) Step(i);
        long bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / 10;
        Assert.True(bytes <= MaxBytes, $"{bytes} bytes a step.");
    }

    /// <summary>Buffers come back from earlier steps, so nothing of what they held may be left: of
    /// frozen parameters neither, which the norm covers too.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_a_gradient_s_buffer_held_before_is_gone(string kind)
    {
        var job = kind == "wide" ? Wide() : TestJobs.Create(kind);
        int shards = job.Training.Shards;
        var computation = new ShardComputation(job.Model, job.Training, job.Data, shards);
        computation.Prepare(job.Model.CreateParameters(1).Memory);
        var part = new ShardRange(0, shards);
        var step = new ShardStep(0, job.CreatePlan().NextRows(TrainingProgress.Start), part, new float[job.Data.Streams * job.Model.StateWidth]);
        GradientBuffer fresh = new(job.Model.Layout.Length), used = new(job.Model.Layout.Length);
        foreach (var slot in job.Model.Layout.Slots)
        {
            used.Mark(slot.Offset, slot.Length);
            used.Span.Slice(slot.Offset, slot.Length).Fill(float.NaN);
        }

        computation.Compute(step, [part], [fresh], []);
        computation.Compute(step, [part], [used], []);
        Assert.Equal(fresh.Span, used.Span);
    }

    /// <summary>The mean's derivative does not depend on how many shards compute it, up to rounding.</summary>
    [Theory]
    [InlineData("lstm")]
    [InlineData("embedding")]
    public void Another_number_of_shards_changes_nothing_but_roundings(string kind)
    {
        var job = TestJobs.Create(kind);
        float[] one = Gradient(job with { Training = job.Training with { Shards = 1 } }), many = Gradient(job with
        {
            Training = job.Training with { Shards = job.Training.Batch },
        });
        for (int i = 0; i < one.Length; i++) Assert.Equal(one[i], many[i], 1e-6f);
    }

    /// <summary>Along the gradient the loss changes by its length: of cells whose gates lie apart, as
    /// well as of the small ones that finite differences of each parameter are taken of.</summary>
    [Theory]
    [InlineData("lstm")]
    [InlineData("gru")]
    [InlineData("minGru")]
    [InlineData("minLstm")]
    [InlineData("simpleRnn")]
    public void The_gradient_of_a_large_cell_is_the_slope_of_its_loss(string kind)
    {
        const double Change = 0.01;
        var job = TestJobs.CreateForTeams(kind);
        float[] gradient = Gradient(job);
        double square = 0;
        foreach (float value in gradient) square += (double)value * value;
        double Loss(double step)
        {
            var moved = job.Model.CreateParameters(1);
            for (int i = 0; i < gradient.Length; i++) moved.Span[i] += (float)(step * gradient[i]);
            return Sum(job, moved).Loss;
        }

        double reach = Change / square, slope = (Loss(reach) - Loss(-reach)) / (2 * reach);
        Assert.InRange(slope / square, 0.99, 1.01);
    }

    /// <summary>The mean is that of the counted positions, in the loss as in its gradient.</summary>
    [Fact]
    public void Ignored_labels_count_in_no_mean()
    {
        int[,] tokens = { { 1, 2 }, { 0, 3 }, { 2, 2 }, { 3, 1 } }, labels = { { 0, 1 }, { 2, Ignored }, { Ignored, Ignored }, { Ignored, 1 } };
        var data = ArrayDataset.Create(tokens, 4, labels, 3);
        var model = new Model(new ModelSpec([new Embedding(3), new SimpleRnn(4, returnSequences: true), new Dense(3)]), data.Input);
        var job = new TrainingJob(model, new TrainingSpec { Loss = new SoftmaxCrossEntropy(Ignored), Optimizer = new Sgd(0.1), Batch = 4, Shards = 3 }, data);
        var parameters = model.CreateParameters(1);
        var (gradient, loss) = Sum(job, parameters);
        var bias = model.Layout.Slots[^1];
        double Mean(float change)
        {
            var moved = model.CreateParameters(1);
            bias.Of(moved.Span)[0] += change;
            return Sum(job, moved).Loss;
        }

        // The mean of four positions; over all eight it would be half as steep.
        Assert.Equal((Mean(0.01f) - Mean(-0.01f)) / 0.02, bias.Of(gradient.AsSpan())[0], 1e-4);
        Assert.InRange(loss, Math.Log(3) / 1.5, Math.Log(3) * 1.5);
    }

    /// <summary>Told of a layer, one may read its gradient and those of the layers above: no round comes that adds to them.</summary>
    [Theory]
    [InlineData(100, 1, 1)]
    [InlineData(1, 1, 2)]
    [InlineData(1, 2, 4)]
    public void A_layer_is_told_of_once_when_its_sum_stands(int roundRows, int cuts, int rounds)
    {
        var job = TestJobs.Create("embedding");
        var all = new ShardRange(0, job.Training.Shards);
        var plan = new ShardPlan(job.Training.Batch, all.Count);
        List<ShardRange> cut = [];
        ShardRounds.Cut([all], plan, roundRows, cuts, cut);
        Assert.Equal(rounds, cut.Count);
        var computation = new ShardComputation(job.Model, job.Training, job.Data, all.Count, roundRows, cuts);
        computation.Prepare(job.Model.CreateParameters(1).Memory);
        var gradient = new GradientBuffer(job.Model.Layout.Length);
        List<(int From, float[] Values)> told = [];
        computation.Compute(
            new ShardStep(0, job.CreatePlan().NextRows(TrainingProgress.Start), all, default), [all], [gradient], [],
            from => told.Add((from, gradient.Span[from..].ToArray())));
        Assert.Equal(told.Select(layer => layer.From).Distinct().OrderDescending(), told.Select(layer => layer.From));
        Assert.Equal(0, told[^1].From);
        Assert.All(told, layer => Assert.Equal(gradient.Span[layer.From..].ToArray(), layer.Values));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1)]
    public void The_first_shard_whose_loss_is_not_a_number_is_named(int roundRows)
    {
        var inputs = new float[6, 2, 1];
        inputs[2, 0, 0] = float.NaN;
        inputs[5, 0, 0] = float.PositiveInfinity;
        var data = ArrayDataset.Create(inputs, new float[6, 1]);
        var model = new Model(new ModelSpec([new Dense(2), new Lstm(2), new Dense(1)]), data.Input);
        var training = new TrainingSpec { Loss = new MeanSquaredError(), Optimizer = new Sgd(0.1), Batch = 6, Shards = 3 };
        var computation = new ShardComputation(model, training, data, 3, roundRows, 2);
        computation.Prepare(model.CreateParameters(1).Memory);
        GradientBuffer[] gradients = [new(model.Layout.Length), new(model.Layout.Length)];
        var sums = computation.Compute(new ShardStep(0, new[] { 0, 1, 2, 3, 4, 5 }, new ShardRange(0, 3), default), [new(0, 1), new(1, 2)], gradients, []);
        Assert.Null(sums[0].NotFinite);
        Assert.Equal(1, sums[1].NotFinite);
    }

    /// <summary>Streams decide how many rows a batch has, whatever the specification says of batches.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(50)]
    public void As_many_streams_as_there_are_make_a_batch(int batch)
    {
        var job = TestJobs.Create("streams");
        Trainer expected = new(job), actual = new(job with { Training = job.Training with { Batch = batch } });
        Assert.True(expected.Run());
        Assert.True(actual.Run());
        SameState.Assert(expected.State, actual.State);
    }

    private static float[] Gradient(TrainingJob job) => Sum(job, job.Model.CreateParameters(1)).Gradient;

    /// <summary>Of the first step.</summary>
    private static (float[] Gradient, double Loss) Sum(TrainingJob job, AlignedBuffer parameters)
    {
        var all = new ShardRange(0, job.Training.Shards);
        var computation = new ShardComputation(job.Model, job.Training, job.Data, all.Count);
        computation.Prepare(parameters.Memory);
        var gradient = new GradientBuffer(job.Model.Layout.Length);
        var sum = computation.Compute(new ShardStep(0, job.CreatePlan().NextRows(TrainingProgress.Start), all, default), [all], [gradient], [])[0];
        return (gradient.Span.ToArray(), sum.Loss.Mean);
    }

    private static TrainingJob Wide()
    {
        var data = TestJobs.Values(16, 5, 20, 3, 1);
        var stack = new Lstm(40) { Layers = 2, Bidirectional = true, Dropout = 0.2, RecurrentDropout = 0.2, ReturnSequences = true };
        return new TrainingJob(
            new Model(new ModelSpec([stack, new Gru(50), new Dropout(0.1), new Activation(ActivationFunction.Tanh), new Dense(3)]), data.Input),
            new TrainingSpec { Loss = new MeanSquaredError(), Optimizer = new Adam(0.01), Batch = 16, Shards = 8 }, data);
    }
}
