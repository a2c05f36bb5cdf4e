namespace RnnActors.Data.Tables;

/// <summary>A field that is not what its column is.</summary>
/// <param name="Problem">What is wrong, as a sentence without its full stop.</param>
/// <param name="Remedy">What to do about it.</param>
internal sealed record FieldFault(int Row, string Problem, string Remedy);
