namespace RnnActors.Data.Tables;

/// <summary>A field that does not fit its column.</summary>
/// <param name="Problem">What is wrong, as a sentence without its full stop.</param>
/// <param name="Remedy">What the user can do.</param>
internal sealed record FieldFault(int Row, string Problem, string Remedy);
