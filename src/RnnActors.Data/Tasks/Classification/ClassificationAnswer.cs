namespace RnnActors.Data.Tasks.Classification;

/// <summary>What a classifier says of an example.</summary>
/// <param name="Example">The text itself; of a file its name or number, of a series or sound in memory its number, from 1.</param>
/// <param name="Label">The most probable one.</param>
/// <param name="Probability">Its probability, 0 to 1.</param>
/// <param name="Probabilities">Of each label, in the order of the labels' numbers; their sum is 1.</param>
public sealed record ClassificationAnswer(string Example, string Label, double Probability, IReadOnlyDictionary<string, double> Probabilities);
