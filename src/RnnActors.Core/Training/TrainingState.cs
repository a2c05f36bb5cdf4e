using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Updates;
using RnnActors.Core.Models;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Parameters;

namespace RnnActors.Core.Training;

/// <summary>All that a run needs to continue: with the specification and the data it determines every bit of what follows.</summary>
public sealed class TrainingState
{
    private TrainingState(AlignedBuffer parameters, AlignedBuffer[] moments, float[] carried, AlignedBuffer? best, TrainingProgress progress) =>
        (Parameters, Moments, Carried, Best, Progress) = (parameters, moments, carried, best, progress);

    /// <summary>(P).</summary>
    public AlignedBuffer Parameters { get; }

    /// <summary>The optimiser's moments, each (P).</summary>
    public IReadOnlyList<AlignedBuffer> Moments { get; }

    /// <summary>(streams, model's state width): the hidden states that the next batch begins with; empty where none are carried.</summary>
    public float[] Carried { get; }

    /// <summary>The parameters with the lowest validation loss so far, (P); null before the first validation.</summary>
    public AlignedBuffer? Best { get; set; }

    /// <summary>(P): the mean of the parameters since averaging began, meaningless before; null where there is no averaging.</summary>
    public AlignedBuffer? Average { get; set; }

    /// <summary>Whether <see cref="Average"/> holds parameters yet.</summary>
    public bool IsAveraged => Average is not null && Progress.Step > Progress.AveragingSince;

    /// <summary>(P): the parameters for validation, for the best and for predictions: the averaged ones, or the last where there are none.</summary>
    public AlignedBuffer InferenceParameters => IsAveraged ? Average! : Parameters;

    public TrainingProgress Progress { get; set; }

    /// <summary>The frozen parameters, in their order.</summary>
    public IReadOnlyList<ParameterRange> Frozen { get; init; } = [];

    /// <summary>The state before the first step.</summary>
    public static TrainingState Create(Model model, TrainingSpec training, int streams) => new(
        model.CreateParameters(training.Seed),
        [.. training.Optimizer.Moments.Select(_ => new AlignedBuffer(model.Layout.Length))],
        new float[streams * model.StateWidth], null, StartOf(training.Averaging))
    {
        Frozen = model.Layout.FrozenRanges,
    };

    /// <summary>The progress with which a run begins: averaging may begin at once.</summary>
    internal static TrainingProgress StartOf(Averaging? averaging) =>
        TrainingProgress.Start with { AveragingSince = averaging is { StartEpoch: 0 } ? 0 : null };

    /// <summary>A state from stored values.</summary>
    public static TrainingState Restore(AlignedBuffer parameters, AlignedBuffer[] moments, float[] carried, AlignedBuffer? best, TrainingProgress progress,
        IReadOnlyList<ParameterRange>? frozen = null) =>
        new(parameters, moments, carried, best, progress) { Frozen = frozen ?? [] };

    /// <summary>A copy that training does not touch, from which a checkpoint is written.</summary>
    public TrainingState Snapshot() =>
        new(Copy(Parameters), [.. Moments.Select(Copy)], [.. Carried], Best is null ? null : Copy(Best), Progress)
        {
            Frozen = Frozen,
            Average = IsAveraged ? Copy(Average!) : null,
        };

    /// <summary>Updates a segment of the parameters and moments in place, except what is frozen, and then of the average.</summary>
    /// <param name="gradients">The segment's gradients.</param>
    public void Update(Optimizer optimizer, int first, ReadOnlySpan<float> gradients, UpdateStep update)
    {
        int at = first, end = first + gradients.Length;
        foreach (var frozen in Frozen)
        {
            if (frozen.First >= end) break;
            if (frozen.First > at) UpdateRun(optimizer, at, gradients[(at - first)..(frozen.First - first)], update);
            at = Math.Max(at, frozen.First + frozen.Length);
        }

        if (at < end) UpdateRun(optimizer, at, gradients[(at - first)..], update);
        if (update.AverageWeight > 0) RunningMean.Add(Average!.Span[first..end], Parameters.Span[first..end], update.AverageWeight);
    }

    /// <summary>Stores <see cref="InferenceParameters"/> as the best.</summary>
    public void KeepBest()
    {
        Best ??= new AlignedBuffer(Parameters.Length);
        InferenceParameters.Span.CopyTo(Best.Span);
    }

    private void UpdateRun(Optimizer optimizer, int first, ReadOnlySpan<float> gradients, UpdateStep update)
    {
        int length = gradients.Length;
        optimizer.Update(Parameters.Span.Slice(first, length), gradients, MomentOf(0, first, length), MomentOf(1, first, length), update);
    }

    private Span<float> MomentOf(int index, int first, int length) => index < Moments.Count ? Moments[index].Span.Slice(first, length) : [];

    private static AlignedBuffer Copy(AlignedBuffer source)
    {
        var copy = new AlignedBuffer(source.Length);
        source.Span.CopyTo(copy.Span);
        return copy;
    }
}
