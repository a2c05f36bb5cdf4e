namespace RnnActors.Core.Optimizers;

/// <summary>Where training is, for a schedule.</summary>
/// <param name="Step">Updates done before this one, from 0.</param>
/// <param name="StepsPerEpoch">Updates in an epoch.</param>
/// <param name="TotalSteps">Updates in the whole run as it is specified.</param>
public readonly record struct SchedulePoint(long Step, long StepsPerEpoch, long TotalSteps)
{
    /// <summary>Whole epochs done before this update, from 0.</summary>
    public long Epoch => Step / Math.Max(StepsPerEpoch, 1);
}

/// <summary>
/// The factor on the learning rate at each step. It is a pure function, made of additions, multiplications and our own cosine alone, so it has the same bits on
/// every machine. Any schedule may begin with a linear warm-up.
/// </summary>
public abstract record LearningRateSchedule
{
    /// <summary>Over the first so many steps the factor rises linearly to the schedule's own: (step + 1) / WarmupSteps of it.</summary>
    public int WarmupSteps { get; init; }

    /// <summary>What the learning rate is multiplied with at <paramref name="point"/>.</summary>
    /// <param name="plateauFactor">The <see cref="PlateauState.Factor"/> that <see cref="ReduceOnPlateau"/> has come to; 1 with any other schedule.</param>
    public double FactorAt(SchedulePoint point, double plateauFactor = 1)
    {
        double factor = Decay(point) * plateauFactor;
        return point.Step < WarmupSteps ? factor * (point.Step + 1) / WarmupSteps : factor;
    }

    /// <summary>The schedule's own factor, without the warm-up.</summary>
    protected abstract double Decay(SchedulePoint point);
}
