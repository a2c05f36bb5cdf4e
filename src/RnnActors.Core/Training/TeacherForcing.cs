using RnnActors.Core.Specifications;

namespace RnnActors.Core.Training;

/// <summary>
/// How often a decoder in training reads the target's previous token from the data instead of its own prediction. The share is 1 at first and then falls
/// linearly to <see cref="Final"/>. Scheduled sampling, Bengio et al. 2015.
/// </summary>
/// <param name="Final">The final share of tokens from the data, in [0, 1].</param>
/// <param name="Steps">Training steps over which the share falls.</param>
public sealed record TeacherForcing(double Final, long Steps)
{
    /// <summary>Training steps before the share begins to fall.</summary>
    public long DelaySteps { get; init; }

    internal static Format<TeacherForcing> Format { get; } = new ObjectFormat<TeacherForcing>("an object with final, steps and delaySteps", new(0.75, 1))
        .Required("final", "The share of the data's tokens that the decoder reads in the end; the others are its own.", Numbers.Share(), f => f.Final,
            (f, v) => f with { Final = v })
        .Required("steps", "Training steps over which the share falls from 1.", Numbers.Long(1), f => f.Steps, (f, v) => f with { Steps = v })
        .Key("delaySteps", "Training steps before it begins to fall.", Numbers.Long(0), f => f.DelaySteps, (f, v) => f with { DelaySteps = v })
        .Named("teacherForcing");

    /// <summary>The share of tokens from the data at a step.</summary>
    /// <param name="step">From 0.</param>
    public double ShareAt(long step) => 1 - ((1 - Final) * Math.Clamp(step - DelaySteps, 0, Steps) / Steps);
}
