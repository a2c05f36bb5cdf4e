namespace RnnActors.Core.Optimizers;

/// <summary>
/// Parameter averaging: the mean of the parameters over updates is validated, kept as the best and returned, while training itself goes on from the latest
/// parameters. Polyak and Juditsky 1992. With <see cref="Sgd"/> it is PyTorch's <c>ASGD</c> with <c>lambd=0</c>; with <see cref="Patience"/> the NT-ASGD of
/// Merity et al. 2018; with <see cref="Decay"/> the <c>get_ema_multi_avg_fn</c> of <c>torch.optim.swa_utils</c>.
/// </summary>
/// <param name="Patience">Averaging begins after this many validations without an improvement.</param>
/// <param name="StartEpoch">Averaging begins after this many epochs, whatever the validation loss; null to go by <paramref name="Patience"/>.</param>
/// <param name="Decay">The share of the mean that each update keeps (an exponential moving average); null for equal weights.</param>
public sealed record Averaging(int Patience = 5, int? StartEpoch = null, double? Decay = null)
{
    /// <summary>Whether averaging begins at this epoch's end.</summary>
    /// <param name="epochs">Epochs done.</param>
    /// <param name="epochsSinceBest">Validations since the lowest loss; 0 where there are none.</param>
    public bool IsDue(int epochs, int epochsSinceBest) => StartEpoch is { } start ? epochs >= start : epochsSinceBest >= Patience;

    /// <summary>The share of the newest parameters in the mean: 1 for the first.</summary>
    /// <param name="number">The update since averaging began, from 1.</param>
    public float WeightOf(long number) => number == 1 ? 1 : (float)(Decay is { } decay ? 1 - decay : 1.0 / number);
}
