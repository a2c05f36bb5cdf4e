using RnnActors.Data.Findings;
using RnnActors.Runs.Pictures;

namespace RnnActors.Runs.Stories;

/// <summary>
/// What a run was asked for, what happened and what came of it, as plain data: what terminal, JSON lines, report and page are made from. While the run goes on,
/// result, score, verdict and pictures are null or empty.
/// </summary>
/// <param name="Name">What people call the run.</param>
/// <param name="Task">The kind of task: <c>forecast</c>.</param>
public sealed record RunStory(string Name, string Task)
{
    /// <summary>What was asked, in a sentence.</summary>
    public string Question { get; init; } = "";

    /// <summary>Data, model, training: what the answer depends on.</summary>
    public IReadOnlyList<StoryFact> Facts { get; init; } = [];

    /// <summary>What was found in the data or in their pairing with the model, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What was found in data and model before training, the worst first.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>The specification as JSON.</summary>
    public string Specification { get; init; } = "";

    /// <summary>The commands that made it, in their order; none where a program did.</summary>
    public IReadOnlyList<string> Commands { get; init; } = [];

    public StoryProgress Progress { get; init; } = new(0, 0, 0, 0);

    /// <summary>By step: <see cref="CurveKeys"/>.</summary>
    public IReadOnlyList<StoryCurve> Curves { get; init; } = [];

    /// <summary>In their order.</summary>
    public IReadOnlyList<StoryEvent> Events { get; init; } = [];

    /// <summary>Events that are not told any more, since there were too many.</summary>
    public long EventsLeftOut { get; init; }

    /// <summary>Those that took part, in the order in which they came.</summary>
    public IReadOnlyList<StoryMachine> Machines { get; init; } = [];

    /// <summary>When something of it was told last.</summary>
    public DateTimeOffset Updated { get; init; }

    public StoryResult? Result { get; init; }

    /// <summary>The hashes of several runs' parameters by their names; none where there is one run.</summary>
    public IReadOnlyList<StoryFact> Hashes { get; init; } = [];

    /// <summary>Null where no rows were held back.</summary>
    public StoryScore? Score { get; init; }

    public Verdict? Verdict { get; init; }

    /// <summary>In the order in which they are shown.</summary>
    public IReadOnlyList<Picture> Pictures { get; init; } = [];

    /// <summary>Commands that are worth typing after it.</summary>
    public IReadOnlyList<StoryFact> Next { get; init; } = [];

    /// <summary>The curve of that key; null where the run has none.</summary>
    public StoryCurve? Curve(string key) => Curves.FirstOrDefault(curve => curve.Key == key);
}

/// <summary>A fact by its name.</summary>
public sealed record StoryFact(string Name, string Text);

/// <param name="LastStep">Where the run ends, unless it stops early.</param>
public sealed record StoryProgress(long Step, long LastStep, int Epoch, int Epochs);

/// <summary>What the run ended with.</summary>
/// <param name="ParameterHash">What users compare.</param>
/// <param name="IsBest">Whether these are the parameters with the lowest validation loss.</param>
/// <param name="BestStep">After which step it was lowest; 0 where nothing was validated.</param>
/// <param name="BestLoss">The lowest validation loss; null where nothing was validated.</param>
/// <param name="Seconds">Of training, over all processes that trained it.</param>
/// <param name="Parameters">How many the model has.</param>
/// <param name="Checkpoint">The last one that was written; null where none could be.</param>
public sealed record StoryResult(
    string ParameterHash, bool IsBest, bool StoppedEarly, long BestStep, double? BestLoss, double Seconds, double TokensPerSecond, long Parameters,
    string? Checkpoint);
