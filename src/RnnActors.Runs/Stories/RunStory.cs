using RnnActors.Data.Findings;
using RnnActors.Runs.Pictures;

namespace RnnActors.Runs.Stories;

/// <summary>
/// A run as plain data: what was asked, what happened and what came of it. Terminal, JSON lines, report and page are made from it. While the run goes on,
/// result, score, verdict and pictures are null or empty.
/// </summary>
/// <param name="Name">The run's display name.</param>
/// <param name="Task">The kind of task: <c>forecast</c>.</param>
public sealed record RunStory(string Name, string Task)
{
    /// <summary>What was asked, in one sentence.</summary>
    public string Question { get; init; } = "";

    /// <summary>Facts about data, model and training, on which the result depends.</summary>
    public IReadOnlyList<StoryFact> Facts { get; init; } = [];

    /// <summary>Notes about the data or its pairing with the model, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Findings about data and model before training, the worst first.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>The specification as JSON.</summary>
    public string Specification { get; init; } = "";

    /// <summary>The commands that made it, in order; empty where it was started from code.</summary>
    public IReadOnlyList<string> Commands { get; init; } = [];

    public StoryProgress Progress { get; init; } = new(0, 0, 0, 0);

    /// <summary>The curves, by step (<see cref="CurveKeys"/>).</summary>
    public IReadOnlyList<StoryCurve> Curves { get; init; } = [];

    /// <summary>The events, in order.</summary>
    public IReadOnlyList<StoryEvent> Events { get; init; } = [];

    /// <summary>Number of events that were dropped because there were too many.</summary>
    public long EventsLeftOut { get; init; }

    /// <summary>The machines that took part, in the order in which they joined.</summary>
    public IReadOnlyList<StoryMachine> Machines { get; init; } = [];

    /// <summary>When the story last changed.</summary>
    public DateTimeOffset Updated { get; init; }

    public StoryResult? Result { get; init; }

    /// <summary>The parameter hashes of several runs, by name; empty for a single run.</summary>
    public IReadOnlyList<StoryFact> Hashes { get; init; } = [];

    /// <summary>Null where no rows were held back.</summary>
    public StoryScore? Score { get; init; }

    public Verdict? Verdict { get; init; }

    /// <summary>The pictures, in display order.</summary>
    public IReadOnlyList<Picture> Pictures { get; init; } = [];

    /// <summary>Commands that are useful next.</summary>
    public IReadOnlyList<StoryFact> Next { get; init; } = [];

    /// <summary>The curve of that key; null where the run has none.</summary>
    public StoryCurve? Curve(string key) => Curves.FirstOrDefault(curve => curve.Key == key);
}

/// <summary>A fact by its name.</summary>
public sealed record StoryFact(string Name, string Text);

/// <param name="LastStep">The step at which the run ends, unless it stops early.</param>
public sealed record StoryProgress(long Step, long LastStep, int Epoch, int Epochs);

/// <summary>What the run ended with.</summary>
/// <param name="ParameterHash">The hash of the resulting parameters.</param>
/// <param name="IsBest">Whether these are the parameters with the lowest validation loss.</param>
/// <param name="BestStep">The step of the lowest validation loss; 0 without validation.</param>
/// <param name="BestLoss">The lowest validation loss; null without validation.</param>
/// <param name="Seconds">Training time, over all processes that trained it.</param>
/// <param name="Parameters">Number of parameters of the model.</param>
/// <param name="Checkpoint">Path of the last checkpoint; null where none could be written.</param>
public sealed record StoryResult(
    string ParameterHash, bool IsBest, bool StoppedEarly, long BestStep, double? BestLoss, double Seconds, double TokensPerSecond, long Parameters,
    string? Checkpoint);
