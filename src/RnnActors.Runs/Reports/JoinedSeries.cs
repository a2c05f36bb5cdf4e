using RnnActors.Data.Tasks;

namespace RnnActors.Runs.Reports;

/// <summary>Joins the forecasts of all origins of a backtest, one after the other.</summary>
public static class JoinedSeries
{
    /// <summary>One panel per series and target, with a gap between origins.</summary>
    public static IReadOnlyList<ComparedSeries> Of(BacktestReport report)
    {
        Score first = report.Origins[0].Score;
        return first.Paths.Count > 0 ? Panels(score => score.Paths) : Panels(score => score.Series);

        IReadOnlyList<ComparedSeries> Panels(Func<Score, IReadOnlyList<ComparedSeries>> of) =>
            [.. of(first).Select(panel =>
                Join([.. report.Origins.Select(origin => of(origin.Score).FirstOrDefault(other => other.Name == panel.Name)).OfType<ComparedSeries>()]))];
    }

    private static ComparedSeries Join(ComparedSeries[] parts)
    {
        // If each origin has a single value, the values make one line; whole forecasts are separated by gaps.
        bool areParted = Array.Exists(parts, part => part.Actual.Length > 1);
        double[] All(Func<ComparedSeries, double[]> of) =>
            [.. parts.SelectMany((part, i) => i == 0 || !areParted ? of(part) : (double[])[double.NaN, .. of(part)])];
        DateTime[]? times = Array.TrueForAll(parts, part => part.Times is { Length: > 0 })
            ? [.. parts.SelectMany((part, i) => i == 0 || !areParted ? part.Times! : (DateTime[])[part.Times![0], .. part.Times])]
            : null;
        return parts[0] with
        {
            Actual = All(part => part.Actual),
            Predicted = All(part => part.Predicted),
            Times = times,
            Band = Array.TrueForAll(parts, part => part.Band is not null)
            ? new(parts[0].Band!.Name, All(part => part.Band!.Lower), All(part => part.Band!.Upper))
            : null,
            Baseline = parts[0].Baseline is { } rival && Array.TrueForAll(parts, part => part.Baseline?.Name == rival.Name)
            ? new(rival.Name, All(part => part.Baseline!.Predicted))
            : null,
            Caption = null,
        };
    }
}
