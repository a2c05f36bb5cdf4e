namespace RnnActors.Core.Optimizers;

/// <summary>
/// The learning rate is multiplied with <paramref name="Factor"/> whenever the validation loss has stopped improving. PyTorch's <c>ReduceLROnPlateau</c>
/// with an absolute threshold. What it has seen is a <see cref="PlateauState"/>, which lies with the state of training.
/// </summary>
/// <param name="Patience">Epochs without an improvement that are borne; the next one reduces the rate.</param>
/// <param name="MinDelta">How much lower than the best a loss must be to count as an improvement.</param>
/// <param name="MinFactor">The product of all reductions goes no lower.</param>
public sealed record ReduceOnPlateau(double Factor = 0.1, int Patience = 10, double MinDelta = 0, double MinFactor = 0) : LearningRateSchedule
{
    /// <summary>The state after an epoch with this validation loss. A loss that is not a number is no improvement.</summary>
    public PlateauState Next(PlateauState state, double validationLoss)
    {
        if (validationLoss < state.Best - MinDelta) return state with { Best = validationLoss, BadEpochs = 0 };
        if (state.BadEpochs < Patience) return state with { BadEpochs = state.BadEpochs + 1 };
        return state with { BadEpochs = 0, Factor = Math.Max(state.Factor * Factor, Math.Min(state.Factor, MinFactor)) };
    }

    protected override double Decay(SchedulePoint point) => 1;
}

/// <summary>What <see cref="ReduceOnPlateau"/> remembers from epoch to epoch.</summary>
/// <param name="Best">The lowest validation loss so far.</param>
/// <param name="BadEpochs">Epochs since it, or since the last reduction.</param>
/// <param name="Factor">The product of the reductions so far.</param>
public sealed record PlateauState(double Best, int BadEpochs, double Factor)
{
    public static readonly PlateauState Initial = new(double.PositiveInfinity, 0, 1);
}
