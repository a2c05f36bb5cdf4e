namespace RnnActors.Core.Optimizers;

/// <summary>A constant learning rate.</summary>
public sealed record ConstantSchedule : LearningRateSchedule
{
    protected override double Decay(SchedulePoint point) => 1;
}
