namespace RnnActors.Core.Optimizers;

/// <summary>The learning rate as it is given.</summary>
public sealed record ConstantSchedule : LearningRateSchedule
{
    protected override double Decay(SchedulePoint point) => 1;
}
