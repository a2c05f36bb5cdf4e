namespace RnnActors.Core.Optimizers;

/// <summary>Where training is, for a schedule.</summary>
/// <param name="Step">Updates done before this one, from 0.</param>
/// <param name="StepsPerEpoch">Updates in an epoch.</param>
/// <param name="TotalSteps">Updates in the whole run as it is specified.</param>
public readonly record struct SchedulePoint(long Step, long StepsPerEpoch, long TotalSteps);

/// <summary>
/// The factor on the learning rate at each step: a pure function, made of additions, multiplications and our own cosine alone, so that it is the same
/// bits on every machine. Any schedule may begin with a linear warm-up.
/// </summary>
public abstract record LearningRateSchedule
{
    /// <summary>Over the first so many steps the factor rises linearly to the schedule's own: (step + 1) / WarmupSteps of it.</summary>
    public int WarmupSteps { get; init; }
}
