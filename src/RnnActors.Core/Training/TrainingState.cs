using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Models;

namespace RnnActors.Core.Training;

/// <summary>All that a run needs to go on: nothing outside it and the specification bears on a bit of what follows.</summary>
public sealed class TrainingState
{
    private TrainingState(AlignedBuffer parameters, AlignedBuffer[] moments, float[] carried, AlignedBuffer? best, TrainingProgress progress) =>
        (Parameters, Moments, Carried, Best, Progress) = (parameters, moments, carried, best, progress);

    /// <summary>(P).</summary>
    public AlignedBuffer Parameters { get; }

    /// <summary>The optimiser's moments, each (P).</summary>
    public IReadOnlyList<AlignedBuffer> Moments { get; }

    /// <summary>(streams, model's state width): the hidden states that go on in the next batch; empty where nothing is carried.</summary>
    public float[] Carried { get; }

    /// <summary>The parameters with the lowest validation loss so far, (P); null before the first validation.</summary>
    public AlignedBuffer? Best { get; set; }

    public TrainingProgress Progress { get; set; }

    /// <summary>The state before the first step.</summary>
    public static TrainingState Create(Model model, TrainingSpec training, int streams) => new(
        model.CreateParameters(training.Seed),
        [.. training.Optimizer.Moments.Select(_ => new AlignedBuffer(model.Layout.Length))],
        new float[streams * model.StateWidth], null, TrainingProgress.Start);

    /// <summary>A state as it was stored.</summary>
    public static TrainingState Restore(AlignedBuffer parameters, AlignedBuffer[] moments, float[] carried, AlignedBuffer? best, TrainingProgress progress) =>
        new(parameters, moments, carried, best, progress);

    /// <summary>A copy that training does not touch: what a checkpoint is written from.</summary>
    public TrainingState Snapshot() => new(Copy(Parameters), [.. Moments.Select(Copy)], [.. Carried], Best is null ? null : Copy(Best), Progress);

    public void KeepBest()
    {
        Best ??= new AlignedBuffer(Parameters.Length);
        Parameters.Span.CopyTo(Best.Span);
    }

    internal Span<float> Moment(int index) => index < Moments.Count ? Moments[index].Span : [];

    private static AlignedBuffer Copy(AlignedBuffer source)
    {
        var copy = new AlignedBuffer(source.Length);
        source.Span.CopyTo(copy.Span);
        return copy;
    }
}
