using RnnActors.Core.Kernels.Functions;

namespace RnnActors.Core.Optimizers;

/// <summary>FactorPerEpoch^max(0, epoch - DelayEpochs), in steps of whole epochs. PyTorch's
/// <c>ExponentialLR</c>, and with a delay the schedule of Zaremba et al. 2014.</summary>
public sealed record ExponentialSchedule(double FactorPerEpoch) : LearningRateSchedule
{
    /// <summary>Epochs before the first drop, beside the first epoch itself.</summary>
    public int DelayEpochs { get; init; }

    protected override double Decay(SchedulePoint point) => PortableMath.Pow(FactorPerEpoch, Math.Max(0, point.Epoch - DelayEpochs));
}
