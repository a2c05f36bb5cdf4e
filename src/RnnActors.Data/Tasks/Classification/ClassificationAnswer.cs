namespace RnnActors.Data.Tasks.Classification;

/// <summary>A classifier's answer for an example.</summary>
/// <param name="Example">The text itself; for a file its name or number, for a series or sound in memory its number, from 1.</param>
/// <param name="Label">The most probable label.</param>
/// <param name="Probability">Its probability, 0 to 1.</param>
/// <param name="Probabilities">The probability of each label, in the order of the classes; they add up to 1.</param>
public sealed record ClassificationAnswer(string Example, string Label, double Probability, IReadOnlyDictionary<string, double> Probabilities);
