namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>What a run keeps for one network; nothing where it keeps none.</summary>
/// <param name="DataEnd">The last date of the training data.</param>
/// <param name="Dependence">How the steps of paths go together.</param>
/// <param name="Absent">Why it keeps nothing; null where it does.</param>
internal sealed record KeptCalibration(
    TrainedNetwork Network, ForecastIntervals? Intervals, DateTime? DataEnd, StepDependence? Dependence, string? Absent)
{
    /// <param name="outputs">Targets · horizon.</param>
    /// <exception cref="Core.Problems.InvalidInputException">The file is damaged, or holds what cannot be.</exception>
    public static KeptCalibration Of(TrainedNetwork network, int outputs)
    {
        string? absent = "the network comes without a run's folder";
        return network.Calibration?.Read(network, out absent) is { } file
            ? new(network, ForecastIntervals.Restore(file, outputs), Windows.DataEnd.Of(file), StepDependence.Restore(file, outputs), null)
            : new(network, null, null, null, absent);
    }
}
