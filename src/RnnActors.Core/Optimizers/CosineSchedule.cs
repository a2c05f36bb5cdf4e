using RnnActors.Core.Kernels.Functions;

namespace RnnActors.Core.Optimizers;

/// <summary>
/// Half a cosine from 1 at the end of the warm-up to <paramref name="FinalFactor"/> at the end of training:
/// f + (1 - f)·½(1 + cos πt). Loshchilov and Hutter 2017, without restarts.
/// </summary>
public sealed record CosineSchedule(double FinalFactor = 0) : LearningRateSchedule
{
    protected override double Decay(SchedulePoint point)
    {
        double length = Math.Max(point.TotalSteps - WarmupSteps, 1);
        double t = Math.Clamp((point.Step - WarmupSteps) / length, 0, 1);
        return FinalFactor + ((1 - FinalFactor) * 0.5 * (1 + PortableMath.Cos(Math.PI * t)));
    }
}
