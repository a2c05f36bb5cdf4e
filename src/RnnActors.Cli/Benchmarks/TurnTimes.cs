namespace RnnActors.Cli.Benchmarks;

/// <summary>The steps of a run that takes turns with others.</summary>
internal sealed class TurnTimes
{
    private readonly List<double> _steps = [], _turns = [];
    private int _first;

    /// <summary>The number of finished turns.</summary>
    public int Turns => _turns.Count;

    /// <summary>Seconds of all steps.</summary>
    public double Seconds { get; private set; }

    /// <summary>Seconds of the present turn's steps.</summary>
    public double OfTurn { get; private set; }

    public StepTimes Steps => new(_steps);

    /// <summary>
    /// How many times as long as a step of <paramref name="other"/> a step of this run takes, for each turn. It is the turn's median over the mean of the
    /// other's medians in the turns before and after.
    /// </summary>
    /// <param name="other">Its turns come before each of these, and after the last.</param>
    public IEnumerable<double> Beside(TurnTimes other) => _turns.Select((median, turn) => 2 * median / (other._turns[turn] + other._turns[turn + 1]));

    /// <summary>How many times as fast its steps are as <paramref name="other"/>'s.</summary>
    public Spread FasterThan(TurnTimes other) => Spread.Of(Beside(other).Select(ratio => 1 / ratio));

    /// <summary>How much longer its steps take than <paramref name="other"/>'s, as a share.</summary>
    public Spread LongerThan(TurnTimes other) => Spread.Of(Beside(other).Select(ratio => ratio - 1));

    public void Add(double seconds)
    {
        _steps.Add(seconds);
        Seconds += seconds;
        OfTurn += seconds;
    }

    public void EndTurn()
    {
        _turns.Add(new StepTimes(_steps.Skip(_first)).Median);
        (_first, OfTurn) = (_steps.Count, 0);
    }
}
