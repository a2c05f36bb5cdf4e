using RnnActors.Core.Kernels.Functions;

namespace RnnActors.Core.Optimizers;

/// <summary>FactorPerEpoch^max(0, epoch - DelayEpochs), constant within an epoch. PyTorch's <c>ExponentialLR</c>; with a delay, the schedule of Zaremba et al.
/// 2014.</summary>
public sealed record ExponentialSchedule(double FactorPerEpoch) : LearningRateSchedule
{
    /// <summary>Epochs after the first whose learning rate does not drop yet.</summary>
    public int DelayEpochs { get; init; }

    protected override double Decay(SchedulePoint point) => PortableMath.Pow(FactorPerEpoch, Math.Max(0, point.Epoch - DelayEpochs));
}
