using RnnActors.Core.Checkpoints;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>The last date of the training data, which a run stores. A file that begins no later does not continue them, and they need not be read.</summary>
internal static class DataEnd
{
    private const string Name = "data.end";

    /// <summary>The last date of a table with dates; null for others.</summary>
    public static DateTime? Of(Panel panel) =>
        panel.Table.Times is { } times ? Enumerable.Range(0, panel.Rows).Where(row => panel.SourceRows[row] >= 0).Max(times.Instant) : null;

    public static IEnumerable<NamedTensor> Tensors(DateTime? end) => end is { } last ? [NamedTensor.Of<long>(Name, new[] { last.Ticks }, 1)] : [];

    /// <exception cref="Core.Problems.InvalidInputException">The stored date is invalid.</exception>
    public static DateTime? Of(SafetensorsFile file)
    {
        if (file.Find(Name) is not { } tensor) return null;
        if (tensor.IsOf<long>() && tensor.Values<long>() is [var ticks] && ticks >= 0 && ticks <= DateTime.MaxValue.Ticks) return new DateTime(ticks);
        throw CalibrationFile.Unusable(file.Path, $"its values '{Name}' are no date");
    }
}
