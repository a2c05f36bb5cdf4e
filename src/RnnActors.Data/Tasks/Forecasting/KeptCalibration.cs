namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>The calibration that a run stores for one network. Its values are null if there is none.</summary>
/// <param name="DataEnd">The last date of the training data.</param>
/// <param name="Dependence">The dependence of the steps of paths.</param>
/// <param name="Absent">Why there is none; null if there is one.</param>
internal sealed record KeptCalibration(
    TrainedNetwork Network, ForecastIntervals? Intervals, DateTime? DataEnd, StepDependence? Dependence, string? Absent)
{
    /// <param name="outputs">Targets · horizon.</param>
    /// <exception cref="Core.Problems.InvalidInputException">The file is damaged, or has invalid values.</exception>
    public static KeptCalibration Of(TrainedNetwork network, int outputs)
    {
        string? absent = "the network comes without a run's folder";
        return network.Calibration?.Read(network, out absent) is { } file
            ? new(network, ForecastIntervals.Restore(file, outputs), Windows.DataEnd.Of(file), StepDependence.Restore(file, outputs), null)
            : new(network, null, null, null, absent);
    }
}
