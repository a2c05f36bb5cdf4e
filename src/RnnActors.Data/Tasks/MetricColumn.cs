namespace RnnActors.Data.Tasks;

/// <summary>How a metric is displayed, and which of its values are better.</summary>
/// <param name="Key">Its name for programs: <c>r2</c>.</param>
/// <param name="Title">Its name for people: <c>R²</c>.</param>
/// <param name="IsHigherBetter">False if lower values are better.</param>
/// <param name="IsDetail">Whether tables omit it, so that only machine-readable results have it.</param>
public sealed record MetricColumn(string Key, string Title, bool IsHigherBetter = false, bool IsDetail = false);
