namespace RnnActors.Cli.Benchmarks;

/// <summary>The steps of a run that takes turns with others.</summary>
internal sealed class TurnTimes
{
    private readonly List<double> _steps = [], _turns = [];
    private int _first;

    /// <summary>Those that are over.</summary>
    public int Turns => _turns.Count;

    /// <summary>Seconds of all steps.</summary>
    public double Seconds { get; private set; }

    /// <summary>Seconds of the present turn's steps.</summary>
    public double OfTurn { get; private set; }

    public StepTimes Steps => new(_steps);

    /// <summary>
    /// How many times as long one of this run's steps takes as one of <paramref name="other"/>'s: turn
    /// by turn, each turn's median beside the mean of those of the other's turns before and after it.
    /// </summary>
    /// <param name="other">Its turns stand before each of these, and after the last.</param>
    public IEnumerable<double> Beside(TurnTimes other) => _turns.Select((median, turn) => 2 * median / (other._turns[turn] + other._turns[turn + 1]));

    /// <summary>How many times as fast as <paramref name="other"/>'s its steps are.</summary>
    public Spread FasterThan(TurnTimes other) => Spread.Of(Beside(other).Select(ratio => 1 / ratio));

    /// <summary>How much longer than <paramref name="other"/>'s its steps take, as a share.</summary>
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
