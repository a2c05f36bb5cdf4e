namespace RnnActors.Core.Fitting;

/// <summary>What
/// <see cref="Sequential.Fit(Sequences.SequenceDataset, int, int, int, ulong, Sequences.SequenceDataset, IProgress{Training.EpochDone}, CancellationToken)"/>
/// measured, one entry per epoch.</summary>
/// <param name="Loss">The mean training loss of each epoch.</param>
/// <param name="ValidationLoss">The validation loss of each epoch; empty without validation data.</param>
/// <param name="Warnings">Messages about what looks like a mistake.</param>
public sealed record History(IReadOnlyList<double> Loss, IReadOnlyList<double> ValidationLoss, IReadOnlyList<string> Warnings);
