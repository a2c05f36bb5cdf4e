using RnnActors.Core.Problems;
using RnnActors.Data.Trained;

namespace RnnActors.Data.Hosting;

/// <summary>How a <see cref="LiveModel"/> looks for newer checkpoints.</summary>
public sealed class LiveModelOptions
{
    /// <summary>The time between two looks at the run's folder. A look reads only names and times, unless there is a newer checkpoint.</summary>
    public TimeSpan Period { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Which of the run's parameters.</summary>
    public ParameterChoice Choice { get; set; } = ParameterChoice.Result;

    /// <summary>Threads that share the work of one call; null for all.</summary>
    public int? Threads { get; set; }

    /// <summary>
    /// Whether the host refuses to start without a model. Set it to false if the first checkpoint is still to be trained. Until then
    /// <see cref="LiveModel.HasModel"/> is false, and asking for the model throws.
    /// </summary>
    public bool IsRequired { get; set; } = true;

    /// <summary>
    /// Whether a model is warmed up before it is served, so that the first request is not slow. For forecasts with intervals this reads the training data; turn
    /// it off if those are large and intervals are not used.
    /// </summary>
    public bool WarmsUp { get; set; } = true;

    /// <exception cref="InvalidInputException">A value is out of its range.</exception>
    internal void Check()
    {
        if (Period <= TimeSpan.Zero || Period.TotalMilliseconds > int.MaxValue)
            throw new InvalidInputException($"the period of a model is {Period}", "Give a time above zero, such as two seconds");
        if (Threads < 1) throw new InvalidInputException($"a model is to have {Threads} threads", "Give at least 1, or leave it out");
    }
}
