using System.Collections.Concurrent;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;
using RnnActors.Training.Tests.Local;
using Xunit;

namespace RnnActors.Training.Tests.ActorSystems;

/// <summary>Who computes on which thread: nothing heavy ever runs on the shared pool.</summary>
public class DispatcherSpecs
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task Every_worker_computes_on_a_thread_of_its_own_below_normal_priority(int workers)
    {
        var job = AnswerKey.Create("lstm", epochs: 4);
        var data = new ObservedDataset(job.Data);
        var validation = new ObservedDataset(job.Validation!);
        await LocalRun.Start(job with { Data = data, Validation = validation }, workers);
        var threads = data.Readers.Concat(validation.Readers).Distinct().ToArray();
        Assert.Equal(workers, threads.Length);
        Assert.All(threads, thread => Assert.True(thread is { IsOfPool: false, Priority: ThreadPriority.BelowNormal }));
    }

    [Fact]
    public async Task A_worker_that_crashed_goes_on_below_normal_priority()
    {
        var job = AnswerKey.Create("lstm");
        var data = new ObservedDataset(job.Data, (read, _) => read is 2 or 5);
        await LocalRun.Start(job with { Data = data }, workers: 2);
        Assert.All(data.Readers, thread => Assert.True(thread is { IsOfPool: false, Priority: ThreadPriority.BelowNormal }));
    }

    [Fact]
    public async Task Each_segment_is_updated_on_a_thread_that_is_not_the_pools()
    {
        var job = AnswerKey.Create("segments");
        var optimizer = new Observed(job.Training.Optimizer);
        await LocalRun.Start(job with { Training = job.Training with { Optimizer = optimizer } }, workers: 3);
        Assert.NotEmpty(optimizer.Updaters);
        Assert.All(optimizer.Updaters, thread => Assert.False(thread.IsOfPool));
    }

    /// <summary>A step of a small cell takes less time than waking a thread.</summary>
    [Fact]
    public async Task With_one_worker_a_step_stays_on_one_thread()
    {
        var job = AnswerKey.Create("lstm");
        var data = new ObservedDataset(job.Data);
        var optimizer = new Observed(job.Training.Optimizer);
        await LocalRun.Start(job with { Data = data, Training = job.Training with { Optimizer = optimizer } }, workers: 1);
        Assert.Single(data.Readers.Concat(optimizer.Updaters).Distinct());
    }

    [Fact]
    public async Task The_search_for_a_gradient_that_is_not_a_number_is_not_done_by_the_pool()
    {
        var inputs = new float[4, 1, 1];
        inputs[2, 0, 0] = 1e30f;
        var data = new ObservedDataset(ArrayDataset.Create(inputs, new float[4, 1]));
        var model = new Model(new ModelSpec([new SimpleRnn(1) { Activation = ActivationFunction.Linear }, new Dense(1)]), data.Input);
        var training = new TrainingSpec { Loss = new MeanSquaredError(), Optimizer = new Sgd(0.1), Batch = 4, Shards = 2 };
        var problem = await Assert.ThrowsAsync<NonFiniteException>(() => LocalRun.Start(new TrainingJob(model, training, data), workers: 1));
        Assert.Contains("gradient", problem.Message, StringComparison.Ordinal);
        Assert.True(data.Readers.Count > 1);
        Assert.All(data.Readers, thread => Assert.False(thread.IsOfPool));
    }

    private sealed record Observed(Optimizer Inner) : Optimizer(Inner.LearningRate)
    {
        public ConcurrentBag<ObservedThread> Updaters { get; } = [];

        public override string Name => Inner.Name;

        public override IReadOnlyList<string> Moments => Inner.Moments;

        public override void Update(Span<float> parameters, ReadOnlySpan<float> gradients, Span<float> firstMoment, Span<float> secondMoment, UpdateStep step)
        {
            Updaters.Add(ObservedThread.Current);
            Inner.Update(parameters, gradients, firstMoment, secondMoment, step);
        }
    }
}
