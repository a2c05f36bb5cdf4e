namespace RnnActors.Core.Metrics;

/// <summary>
/// <see cref="ForecastMetrics.PinballLoss"/> and <see cref="ForecastMetrics.WeightedQuantileLoss"/> computed incrementally, one value at a time. Values in the
/// same order give the same bits as the methods over arrays.
/// </summary>
/// <param name="quantiles">Each between 0 and 1.</param>
public sealed class QuantileSums(IReadOnlyList<double> quantiles)
{
    private readonly double[] _pinball = new double[quantiles.Count];
    private double _loss, _size;
    private int _count;

    /// <summary>The mean pinball loss of all quantiles.</summary>
    public double MeanPinballLoss
    {
        get
        {
            double mean = 0;
            foreach (double sum in _pinball) mean += sum / _count / quantiles.Count;
            return mean;
        }
    }

    /// <summary>The weighted quantile loss of all values so far; NaN where every value is 0.</summary>
    public double WeightedQuantileLoss => _size == 0 ? double.NaN : 2 * _loss / _size / quantiles.Count;

    /// <param name="predicted">(quantiles).</param>
    public void Add(double actual, ReadOnlySpan<double> predicted)
    {
        _size += Math.Abs(actual);
        _count++;
        for (int q = 0; q < _pinball.Length; q++)
        {
            double loss = ForecastMetrics.Pinball(actual, predicted[q], quantiles[q]);
            _pinball[q] += loss;
            _loss += loss;
        }
    }
}
