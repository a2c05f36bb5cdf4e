namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>The rows of one series, which lie one behind the other in a panel, in order of time.</summary>
/// <param name="Name">Empty where there is one series.</param>
/// <param name="Start">The first row.</param>
/// <param name="Known">Behind the last row with a target: rows from here on are the future, which is forecast and never scored.</param>
/// <param name="End">Behind the last row.</param>
internal readonly record struct SeriesRows(string Name, int Start, int Known, int End);
