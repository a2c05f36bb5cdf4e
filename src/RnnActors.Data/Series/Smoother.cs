namespace RnnActors.Data.Series;

/// <summary>
/// Exponential smoothing as a filter (Holt 1957, Winters 1960). With level l, trend b, seasonal index s and base p = l + φb, a value y after the forecast
/// p + s (additive) or p·s (multiplicative) gives
/// <list type="bullet">
/// <item>l' = α(y - s) + (1 - α)p, or α·y/s + (1 - α)p;</item>
/// <item>b' = β(l' - l) + (1 - β)φb;</item>
/// <item>s' = γ(y - l') + (1 - γ)s, or γ·y/l' + (1 - γ)s.</item>
/// </list>
/// The forecast of step h is l + (φ + … + φʰ)b with the index of its place in the season.
/// </summary>
public sealed class Smoother
{
    /// <summary>
    /// A multiplicative index stays between 1/1000 and 1000, and only moves while the level is positive, so that no later value is divided by zero.
    /// </summary>
    private const double MinIndex = 1e-3;

    private readonly SmoothingForm _form;
    private readonly SmoothingParameters _parameters;
    private readonly double[] _season;
    private double _level;
    private double _trend;
    private int _place; // in the season, of the next value

    internal Smoother(SmoothingForm form, SmoothingParameters parameters, SmoothingStart start)
    {
        _form = form;
        _parameters = parameters;
        _season = [.. start.Season];
        (_level, _trend) = (start.Level, start.Trend);
    }

    private Smoother(Smoother other)
    {
        (_form, _parameters, _season) = (other._form, other._parameters, [.. other._season]);
        (_level, _trend, _place) = (other._level, other._trend, other._place);
    }

    /// <summary>The level l after the last value.</summary>
    public double Level => _level;

    /// <summary>The trend b after the last value.</summary>
    public double Trend => _trend;

    /// <summary>The forecast of the next value.</summary>
    public double Next => Seasoned(_level + (_parameters.Damping * _trend), _place);

    /// <summary>Updates the states by the next value. For a missing one (NaN), the states move on by their own forecast.</summary>
    public void Update(double value)
    {
        (double alpha, double beta, double gamma, double damping) = _parameters;
        double slope = damping * _trend;
        double expected = _level + slope;
        double index = _season[_place];
        double level = expected;
        if (!double.IsNaN(value))
        {
            double adjusted = _form.Season == SeasonForm.Multiplicative ? value / index : value - index;
            level = (alpha * adjusted) + ((1 - alpha) * expected);
            slope = (beta * (level - _level)) + ((1 - beta) * slope);
            if (_form.Season == SeasonForm.Additive) _season[_place] = (gamma * (value - level)) + ((1 - gamma) * index);
            if (_form.Season == SeasonForm.Multiplicative && level > 0)
                _season[_place] = Math.Clamp((gamma * (value / level)) + ((1 - gamma) * index), MinIndex, 1 / MinIndex);
        }

        (_level, _trend) = (level, _form.Trend == TrendForm.None ? 0 : slope);
        if (++_place == _season.Length) _place = 0;
    }

    /// <summary>Forecasts the next values; the states do not change.</summary>
    public void Forecast(Span<double> steps)
    {
        double level = _level, slope = _trend;
        int place = _place;
        for (int h = 0; h < steps.Length; h++)
        {
            slope *= _parameters.Damping;
            level += slope;
            steps[h] = Seasoned(level, place);
            if (++place == _season.Length) place = 0;
        }
    }

    /// <summary>A copy in the same state.</summary>
    public Smoother Copy() => new(this);

    private double Seasoned(double level, int place) => _form.Season == SeasonForm.Multiplicative ? level * _season[place] : level + _season[place];
}
