using RnnActors.Core.Metrics;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>Computes the metrics of forecasts from two passes: first over all pairs, then over all actual values.</summary>
internal sealed class ForecastSums
{
    private readonly ValueSums _values = new();
    private double _scaled, _percentages;
    private int _scaledTerms, _percentageTerms;

    public int Count => _values.Count;

    /// <param name="scale">The divisor of absolute errors in MASE; 0 or NaN where it is not known.</param>
    public void Add(double actual, double predicted, double scale)
    {
        _values.Add(actual, predicted);
        if (scale > 0)
        {
            _scaled += Math.Abs(predicted - actual) / scale;
            _scaledTerms++;
        }

        if (actual == 0) return;
        _percentages += Math.Abs((predicted - actual) / actual);
        _percentageTerms++;
    }

    public void AddAgain(double actual) => _values.AddAgain(actual);

    public MetricList ToMetrics()
    {
        if (Count == 0) return ValueMetrics.Compute([double.NaN], [double.NaN]);
        MetricList list = _values.ToMetrics();
        if (_scaledTerms > 0) list = list.With(MetricNames.MeanAbsoluteScaledError, _scaled / _scaledTerms);
        return _percentageTerms > 0 ? list.With(MetricNames.MeanAbsolutePercentageError, 100 * _percentages / _percentageTerms) : list;
    }
}
