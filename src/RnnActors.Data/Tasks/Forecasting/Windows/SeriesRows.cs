namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>The rows of one series, which are contiguous in a panel and in order of time.</summary>
/// <param name="Name">Empty for a single series.</param>
/// <param name="Start">The first row.</param>
/// <param name="Known">After the last row with a target: rows from here on are the future, which is forecast and never scored.</param>
/// <param name="End">After the last row.</param>
internal readonly record struct SeriesRows(string Name, int Start, int Known, int End);
