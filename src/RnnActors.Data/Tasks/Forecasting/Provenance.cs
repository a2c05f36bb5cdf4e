using RnnActors.Data.Splits;
using RnnActors.Data.Tasks.Forecasting.Windows;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>Notes which values of each part were not observed.</summary>
internal static class Provenance
{
    /// <summary>A sentence about inputs that were filled in, and one about missing targets; none if all were observed.</summary>
    public static IEnumerable<string> Describe(PreparedPanel panel, PanelSplit split)
    {
        (string Name, IReadOnlyList<RowRange> Rows)[] parts = [("train", split.Train), ("validation", split.Validation), ("test", split.Test)];
        bool[][] inputs = [.. panel.Filled.Values.OfType<bool[]>()];
        if (Count(rows => inputs.Sum(input => rows.Sum(range => (long)input.AsSpan(range.Start, range.Count).Count(true)))) is { } filled)
            yield return $"Input values filled from their past ({panel.Preparation.Spec.Missing.ToString().ToLowerInvariant()}): {filled}";
        if (panel.HasAbsent && Count(CountAbsent) is { } absent)
            yield return $"Target values that nobody observed, neither trained on nor scored: {absent}";

        string? Count(Func<IReadOnlyList<RowRange>, long> of)
        {
            (string Name, long Count)[] counts = [.. parts.Where(part => part.Rows.Any(range => !range.IsEmpty)).Select(part => (part.Name, of(part.Rows)))];
            return counts.Sum(part => part.Count) == 0 ? null : string.Join(", ", counts.Select(part => $"{part.Name} {Figures.Count(part.Count)}"));
        }

        long CountAbsent(IReadOnlyList<RowRange> rows)
        {
            long count = 0;
            foreach (RowRange range in rows.Where(range => !range.IsEmpty))
                foreach (double value in panel.Actual.AsSpan(range.Start * panel.TargetCount, range.Count * panel.TargetCount))
                    if (!double.IsFinite(value)) count++;
            return count;
        }
    }
}
