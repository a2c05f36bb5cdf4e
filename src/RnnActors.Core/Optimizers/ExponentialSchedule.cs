using RnnActors.Core.Kernels.Functions;

namespace RnnActors.Core.Optimizers;

/// <summary>FactorPerEpoch^epoch, in steps of whole epochs. PyTorch's <c>ExponentialLR</c>.</summary>
public sealed record ExponentialSchedule(double FactorPerEpoch) : LearningRateSchedule
{
    protected override double Decay(SchedulePoint point) => PortableMath.Pow(FactorPerEpoch, point.Epoch);
}
