namespace RnnActors.Core.Optimizers;

/// <summary>
/// The mean of the parameters over the last updates, which is validated, kept as the best and given out in place of the last ones. Polyak and Juditsky
/// 1992; with <see cref="Sgd"/> it is PyTorch's <c>ASGD</c> with <c>lambd=0</c>, with <see cref="Patience"/> the NT-ASGD of Merity et al. 2018, with
/// <see cref="Decay"/> the <c>get_ema_multi_avg_fn</c> of <c>torch.optim.swa_utils</c>. Training itself goes on from the last ones.
/// </summary>
/// <param name="Patience">Validations without an improvement after which it begins.</param>
/// <param name="StartEpoch">Epochs after which it begins, whatever the validation loss; null for <paramref name="Patience"/>.</param>
/// <param name="Decay">The share that the mean keeps at each update: an exponential one; null for equal weights.</param>
public sealed record Averaging(int Patience = 5, int? StartEpoch = null, double? Decay = null)
{
    /// <summary>Whether it begins where an epoch has ended.</summary>
    /// <param name="epochs">Epochs done.</param>
    /// <param name="epochsSinceBest">Validations since the lowest loss; 0 where there are none.</param>
    public bool IsDue(int epochs, int epochsSinceBest) => StartEpoch is { } start ? epochs >= start : epochsSinceBest >= Patience;

    /// <summary>The share of the newest parameters in the mean: 1 for the first.</summary>
    /// <param name="number">Of the update since it began, from 1.</param>
    public float WeightOf(long number) => number == 1 ? 1 : (float)(Decay is { } decay ? 1 - decay : 1.0 / number);
}
