using System.Globalization;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>Refuses contradictory settings before a file is read.</summary>
internal static class ForecastSpecCheck
{
    /// <exception cref="InvalidInputException">A value is out of its range, or two values contradict each other.</exception>
    public static void Check(ForecastDataSpec spec)
    {
        RefuseBelowOne("window", spec.Window);
        RefuseBelowOne("horizon", spec.Horizon);
        if (spec.Season is { } season) RefuseBelowOne("season", season);
        if (spec is { RelativeTo: TargetBase.Seasonal, Season: null })
            throw new InvalidInputException("data.relativeTo is seasonal and no season is given", "Set data.season to its rows, such as 12 for months");
        if (spec is { RelativeTo: not TargetBase.None, Normalize: not WindowNormalization.None })
            throw new InvalidInputException("data.relativeTo and data.normalize are both set, and both say what targets are relative to",
                "Set one of them");
        if (spec.Layout != SeriesLayout.Long && spec.Series.Count > 0)
            throw new InvalidInputException("data.series names columns, and data.layout makes each column or row a series", "Set one of them");
        if (spec.Layout == SeriesLayout.Rows && (spec.Known.Count > 0 || spec.Calendar.Count > 0 || spec.Holidays is not null))
            throw new InvalidInputException("a table with a series a row has no dates and no column that is known ahead",
                "Leave out data.known, data.calendar and data.holidays");
        CheckLayout(spec);

        CheckEmbedded(spec);
        if (spec.Time is { } time && (spec.Inputs.Contains(time) || spec.Targets.Contains(time)))
            throw new InvalidInputException(
                $"Column '{time}' is that of the dates and cannot be an input or a target", "Use data.calendar to give dates to the network");
        if (spec.Calendar.Distinct().Count() != spec.Calendar.Count) throw new InvalidInputException("data.calendar names a feature twice");
    }

    private static void CheckEmbedded(ForecastDataSpec spec)
    {
        HashSet<string> inputs = [];
        foreach (string embedded in spec.Embedded ?? [])
        {
            if (spec.Targets.Contains(embedded))
                throw new InvalidInputException($"data.embedded and data.targets both name column '{embedded}'", "Name it in one");
            if (spec.Embedded!.Count(name => name == embedded) > 1)
                throw new InvalidInputException($"data.embedded names column '{embedded}' twice", "Name each column once");
            if (embedded == InputNames.Default)
                throw new InvalidInputException($"data.embedded names column '{embedded}', and the columns of numbers are the input of that name",
                    "Give the column another name");
            if (spec.Known.Contains(embedded) && spec.RowsAhead.Skip(TokenInput.MaxAhead).Any())
            {
                throw new InvalidInputException(
                    string.Create(CultureInfo.InvariantCulture, $"data.horizon is {spec.Horizon:N0} and data.window {spec.Window:N0}: ")
                        + $"'{embedded}' is embedded and known ahead, and would be an input for each window's length of the horizon",
                    "Give a longer data.window");
            }

            if (TokenInput.Of(embedded, spec).FirstOrDefault(input => !inputs.Add(input.Name)) is { } twice)
            {
                throw new InvalidInputException(
                    $"two inputs would be called '{twice.Name}': data.embedded names such a column, and one that is read so ahead",
                    "Give the column another name");
            }
        }
    }

    /// <summary>If each row is a series, columns are points in time: none can be forecast, read or excluded by its name.</summary>
    /// <exception cref="InvalidInputException">A key names a column.</exception>
    public static void CheckLayout(ForecastDataSpec spec)
    {
        if (spec.Layout != SeriesLayout.Rows) return;
        RefuseOfRows("targets", spec.Targets.FirstOrDefault(IsColumn));
        RefuseOfRows("inputs", spec.Inputs.FirstOrDefault(IsColumn));
        RefuseOfRows("time", spec.Time);

        static bool IsColumn(string name) => name is not (SeriesLayouts.AllColumns or SeriesLayouts.Value);
    }

    /// <summary>For a distribution of counts, refuses settings that turn targets into anything but the counts themselves.</summary>
    /// <exception cref="InvalidInputException">There are such settings; all are named.</exception>
    public static void CheckCounts(ForecastDataSpec spec)
    {
        (string Key, Enum Value)[] keys =
        [
            ("scale", spec.Scale), ("transform", spec.Transform), ("relativeTo", spec.RelativeTo), ("normalize", spec.Normalize),
            .. spec.Targets.Where(target => spec.Transforms?.ContainsKey(target) ?? false)
            .Select(target => ($"transforms.{target}", (Enum)spec.TransformOf(target))),
        ];
        var changed = keys.Where(key => Convert.ToInt32(key.Value, CultureInfo.InvariantCulture) != 0).ToArray();
        if (changed.Length == 0) return;
        throw new InvalidInputException(
            "training.loss is negativeBinomial, whose targets are counts as they are, and "
                + $"{string.Join(" and ", changed.Select(key => $"data.{key.Key} is {NameOf(key.Value)}"))}",
            $"Set {string.Join(" and ", changed.Select(key => $"data.{key.Key}=none"))}, or choose another loss, such as studentT");

        static string NameOf(Enum value) => char.ToLowerInvariant(value.ToString()[0]) + value.ToString()[1..];
    }

    private static void RefuseOfRows(string key, string? name)
    {
        if (name is null) return;
        throw new InvalidInputException(
            $"data.{key} names column '{name}', and data.layout is rows: each row is a series, and all of its values are forecast",
            $"Leave data.{key} out, or set data.layout to columns if each column is a series");
    }

    private static void RefuseBelowOne(string key, int value)
    {
        if (value < 1) throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"data.{key} is {value}"), "Give 1 row or more");
    }
}
