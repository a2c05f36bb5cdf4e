using RnnActors.Core.Kernels.Functions;

namespace RnnActors.Core.Optimizers;

/// <summary>Factor^⌊epoch / EpochsPerStep⌋. PyTorch's <c>StepLR</c>.</summary>
public sealed record StepSchedule(int EpochsPerStep, double Factor) : LearningRateSchedule
{
    protected override double Decay(SchedulePoint point) => PortableMath.Pow(Factor, point.Epoch / Math.Max(EpochsPerStep, 1));
}
