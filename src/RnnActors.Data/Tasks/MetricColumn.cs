namespace RnnActors.Data.Tasks;

/// <summary>How a metric is shown, and which values of it are good.</summary>
/// <param name="Key">Its name for machines: <c>r2</c>.</param>
/// <param name="Title">Its name for people: <c>R²</c>.</param>
/// <param name="IsHigherBetter">False where lower values are better.</param>
/// <param name="IsDetail">Whether tables leave it to the machine-readable results.</param>
public sealed record MetricColumn(string Key, string Title, bool IsHigherBetter = false, bool IsDetail = false);
