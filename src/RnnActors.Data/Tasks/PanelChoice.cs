using System.Globalization;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Tasks;

/// <summary>The panels of a forecast to draw: some targets of some series, some numbers of rows ahead.</summary>
/// <param name="Targets">Columns; empty for all.</param>
/// <param name="Series">Names of series; empty for all.</param>
/// <param name="Horizons">Numbers of rows ahead, from 1; empty for the last.</param>
public sealed record PanelChoice(IReadOnlyList<string> Targets, IReadOnlyList<string> Series, IReadOnlyList<int> Horizons)
{
    /// <summary>The maximum number of panels in a picture.</summary>
    public const int Max = 24;

    /// <summary>The number of panels in a picture without a choice.</summary>
    private const int Few = 4;

    /// <summary>No choice: the first few panels, a whole horizon ahead.</summary>
    public static PanelChoice Any { get; } = new([], [], []);

    public bool IsAny => Targets.Count + Series.Count + Horizons.Count == 0;

    /// <exception cref="InvalidInputException">There is a choice.</exception>
    internal static void RefuseAll(PanelChoice choice)
    {
        if (!choice.IsAny)
            throw new InvalidInputException("only forecasts have targets, series and horizons to choose from", "Leave the choice out");
    }

    /// <summary>The chosen panels, ordered by target.</summary>
    /// <param name="targets">All targets.</param>
    /// <param name="series">All series; a single one without a name if there are not several.</param>
    /// <param name="present">The numbers of the series that have something to draw.</param>
    /// <exception cref="InvalidInputException">A name or a horizon does not exist, or there are too many panels.</exception>
    internal IReadOnlyList<ChosenPanel> Resolve(IReadOnlyList<string> targets, IReadOnlyList<string> series, IReadOnlyCollection<int> present, int horizon)
    {
        int[] columns = NumbersOf("target", Targets, targets), own = [.. NumbersOf("series", Series, series).Where(present.Contains)];
        foreach (int ahead in Horizons)
        {
            if (ahead < 1 || ahead > horizon)
                throw new InvalidInputException(Invariant($"the forecast reaches 1 to {horizon:N0} rows ahead, not {ahead:N0}"), "Choose another horizon");
        }

        int[] steps = Horizons.Count == 0 ? [horizon - 1] : [.. Horizons.Distinct().Select(ahead => ahead - 1)];
        long count = (long)columns.Length * own.Length * steps.Length;
        if (!IsAny && count > Max)
        {
            throw new InvalidInputException(Invariant($"{count:N0} panels are chosen, and a picture has room for {Max}"),
                "Choose fewer targets, series and horizons");
        }

        var all = columns.SelectMany(target => own.SelectMany(number => steps.Select(step => new ChosenPanel(target, number, step))));
        return [.. IsAny ? all.Take(Few) : all];
    }

    private static int[] NumbersOf(string what, IReadOnlyList<string> chosen, IReadOnlyList<string> names)
    {
        if (chosen.Count == 0) return [.. Enumerable.Range(0, names.Count)];
        return [.. chosen.Distinct().Select(name => names.ToList().IndexOf(name) is >= 0 and var at ? at : throw Unknown(what, name, names))];
    }

    private static InvalidInputException Unknown(string what, string name, IReadOnlyList<string> names)
    {
        const int Named = 8;
        if (names is [""]) return new($"the forecast has one {what} without a name, and none is called '{name}'", "Leave it out");
        string all = string.Join(", ", names.Take(Named)) + (names.Count > Named ? " …" : "");
        return new($"the forecast has no {what} '{name}'", Suggestion.Nearest(name, names) is { } near ? $"Did you mean {near}" : $"There are {all}");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A panel: the number of its target, of its series, and of its step in the horizon, from 0.</summary>
internal readonly record struct ChosenPanel(int Target, int Series, int Step);

/// <summary>The panels of a part: values forecast a fixed number of rows before, and whole forecasts from the last origin.</summary>
internal sealed record ComparedPanels(IReadOnlyList<ComparedSeries> Series, IReadOnlyList<ComparedSeries> Paths);
