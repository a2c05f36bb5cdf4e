namespace RnnActors.Core.Optimizers;

/// <summary>
/// Multiplies the learning rate by <paramref name="Factor"/> whenever the validation loss stops improving. PyTorch's <c>ReduceLROnPlateau</c> with an absolute
/// threshold. Its <see cref="PlateauState"/> is part of the training state.
/// </summary>
/// <param name="Patience">Epochs without an improvement that are tolerated; the next one reduces the rate.</param>
/// <param name="MinDelta">How much lower than the best a loss must be to count as an improvement.</param>
/// <param name="MinFactor">Lower limit for the product of all reductions.</param>
public sealed record ReduceOnPlateau(double Factor = 0.1, int Patience = 10, double MinDelta = 0, double MinFactor = 0) : LearningRateSchedule
{
    /// <summary>The state after an epoch with this validation loss. NaN is no improvement.</summary>
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
/// <param name="BadEpochs">Epochs since the best, or since the last reduction.</param>
/// <param name="Factor">The product of the reductions so far.</param>
public sealed record PlateauState(double Best, int BadEpochs, double Factor)
{
    public static readonly PlateauState Initial = new(double.PositiveInfinity, 0, 1);
}
