using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Tests.Training;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Training.Tests;

/// <summary>What the one-thread trainer makes of a job: the actors must make the same.</summary>
/// <param name="Told">Every step and epoch.</param>
internal sealed record AnswerKey(TrainingState State, IReadOnlyList<TrainingEvent> Told)
{
    /// <summary>The jobs of <see cref="Create"/>.</summary>
    public static readonly string[] Kinds = [.. TestJobs.Kinds, "segments"];

    /// <summary>A job of <see cref="TestJobs"/>, or one whose parameters fill several segments.</summary>
    public static TrainingJob Create(string kind, int epochs = 2)
    {
        if (kind != "segments") return TestJobs.Create(kind, epochs);
        var job = TestJobs.Create("embedding", epochs);
        return job with { Model = new Model(new ModelSpec([new Embedding(2 * SquaredNorm.BlockLength / 6), new Lstm(3), new Dense(3)]), job.Data.Input) };
    }

    public static AnswerKey Of(TrainingJob job)
    {
        List<TrainingEvent> told = [];
        var trainer = new Trainer(job);
        Assert.True(trainer.Run(told.Add));
        return new AnswerKey(trainer.State, told);
    }

    /// <summary>The events without the times at which they happened, which are no part of a result.</summary>
    public static IEnumerable<TrainingEvent> Untimed(IEnumerable<TrainingEvent> told) => told.Select(happened => happened is StepDone step ? step with { Elapsed = default } : happened);
}
