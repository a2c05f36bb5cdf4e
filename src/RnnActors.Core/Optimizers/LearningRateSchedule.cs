namespace RnnActors.Core.Optimizers;

/// <summary>The position in training at which a schedule is evaluated.</summary>
/// <param name="Step">Updates done before this one, from 0.</param>
/// <param name="StepsPerEpoch">Updates per epoch.</param>
/// <param name="TotalSteps">Updates of the whole run as specified.</param>
public readonly record struct SchedulePoint(long Step, long StepsPerEpoch, long TotalSteps)
{
    /// <summary>Whole epochs done before this update, from 0.</summary>
    public long Epoch => Step / Math.Max(StepsPerEpoch, 1);
}

/// <summary>
/// The factor on the learning rate at each step. It is a pure function of additions, multiplications and the portable cosine, so it has the same bits on every
/// machine. Any schedule can begin with a linear warm-up.
/// </summary>
public abstract record LearningRateSchedule
{
    /// <summary>Steps of linear warm-up: step s (from 0) has (s + 1) / WarmupSteps of the schedule's own factor.</summary>
    public int WarmupSteps { get; init; }

    /// <summary>The factor on the learning rate at <paramref name="point"/>.</summary>
    /// <param name="plateauFactor">The current <see cref="PlateauState.Factor"/> of <see cref="ReduceOnPlateau"/>; 1 for any other schedule.</param>
    public double FactorAt(SchedulePoint point, double plateauFactor = 1)
    {
        double factor = Decay(point) * plateauFactor;
        return point.Step < WarmupSteps ? factor * (point.Step + 1) / WarmupSteps : factor;
    }

    /// <summary>The schedule's own factor, without the warm-up.</summary>
    protected abstract double Decay(SchedulePoint point);
}
