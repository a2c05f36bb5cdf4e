using RnnActors.Core.Kernels.Functions;

namespace RnnActors.Data.Series;

/// <summary>
/// Exponential smoothing of Holt and Winters (<see cref="Smoother"/>), with or without a (damped) trend and an additive or multiplicative season. α, β, γ and φ
/// minimise the squared one-step error over a series. The form with the least AICc is chosen (Hyndman et al. 2008). It uses only + - * / √ and
/// <see cref="PortableMath"/>: the same bits on every machine.
/// </summary>
public sealed class ExponentialSmoothing
{
    /// <summary>A series needs two seasons plus this many values, and at least <see cref="MinValues"/>.</summary>
    public const int ValuesBeyondTwoSeasons = 3;

    public const int MinValues = 5;

    /// <summary>Evaluations of the squared error for each form.</summary>
    private const int Evaluations = 160;

    /// <summary>
    /// Squared errors below this share of the squared values count as rounding. Forms that fit exactly are then told apart by their number of parameters.
    /// </summary>
    private const double Exactness = 1e-24;

    /// <summary>Keeps the logarithm finite for a series of zeros.</summary>
    private const double Tiny = 1e-300;

    /// <summary>
    /// α, β and γ stay between this and 1 - this; φ between <see cref="MinDamping"/> and <see cref="MaxDamping"/>, where it differs visibly from 1.
    /// </summary>
    private const double MinShare = 1e-4;

    private const double MinDamping = 0.8;
    private const double MaxDamping = 0.98;

    private readonly SmoothingStart _start;
    private readonly Smoother _end;

    private ExponentialSmoothing(SmoothingForm form, SmoothingParameters parameters, SmoothingStart start, Smoother end, double deviation, double aicc)
    {
        (Form, Parameters, Deviation, Aicc) = (form, parameters, deviation, aicc);
        (_start, _end) = (start, end);
    }

    public SmoothingForm Form { get; }

    public SmoothingParameters Parameters { get; }

    /// <summary>The root of the mean squared one-step error over the fitted series.</summary>
    public double Deviation { get; }

    /// <summary>n ln(Σe²/n) + 2k + 2k(k + 1)/(n - k - 1) over n known values, with k parameters, initial states and one variance.</summary>
    public double Aicc { get; }

    /// <summary>Fits all forms to a series and returns the best.</summary>
    /// <param name="series">NaN where a value is missing.</param>
    /// <param name="season">The length of the season; null or 1 for none. Forms without a season are tried too.</param>
    /// <returns>Null for fewer than <see cref="MinValues"/> known values, or fewer than two seasons plus <see cref="ValuesBeyondTwoSeasons"/>.</returns>
    public static ExponentialSmoothing? Fit(ReadOnlySpan<double> series, int? season)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(season ?? 1, 1, nameof(season));
        int period = season ?? 1, known = 0;
        bool positive = true;
        foreach (double value in series)
        {
            if (double.IsNaN(value)) continue;
            known++;
            positive &= value > 0;
        }

        if (known < MinValues || (period > 1 && known < (2 * period) + ValuesBeyondTwoSeasons)) return null;
        double[] values = series.ToArray();
        ExponentialSmoothing? best = null;
        foreach (SmoothingForm form in Forms(period, positive))
            if (Fit(form, values) is { } fitted && (best is null || fitted.Aicc < best.Aicc)) best = fitted;
        return best;
    }

    /// <summary>Fits a form to a series; null if AICc is undefined (too few values for its states) or the form does not fit.</summary>
    internal static ExponentialSmoothing? Fit(SmoothingForm form, double[] series)
    {
        double squares = 0;
        int n = 0;
        foreach (double value in series)
        {
            if (double.IsNaN(value)) continue;
            squares += value * value;
            n++;
        }

        int k = form.Parameters + form.States + 1;
        if (n - k - 1 <= 0 || SmoothingStart.Of(form, series) is not { } start) return null;
        SmoothingParameters parameters = Search(form, start, series);
        Smoother end = new(form, parameters, start);
        double variance = SquaredError(end, series) / n;
        if (!double.IsFinite(variance)) return null;
        double floored = Math.Max(variance, Math.Max(Exactness * squares / n, Tiny));
        double aicc = (n * PortableMath.Log(floored)) + (2 * k) + (2.0 * k * (k + 1) / (n - k - 1));
        return new(form, parameters, start, end, Math.Sqrt(variance), aicc);
    }

    /// <summary>Forecasts from the end of the fitted series.</summary>
    public void Forecast(Span<double> steps) => _end.Forecast(steps);

    /// <summary>The state before the first value of the fitted series, to forecast from every row of a history in one pass.</summary>
    public Smoother Start() => new(Form, Parameters, _start);

    /// <summary>The state after the last value of the fitted series, to continue with later values.</summary>
    public Smoother End() => _end.Copy();

    public override string ToString() => $"exponential smoothing ({Form})";

    private static IEnumerable<SmoothingForm> Forms(int period, bool positive)
    {
        TrendForm[] trends = [TrendForm.None, TrendForm.Linear, TrendForm.Damped];
        foreach (TrendForm trend in trends) yield return new(trend, SeasonForm.None, 1);
        if (period == 1) yield break;
        foreach (TrendForm trend in trends)
        {
            yield return new(trend, SeasonForm.Additive, period);
            if (positive) yield return new(trend, SeasonForm.Multiplicative, period);
        }
    }

    /// <summary>A coarse grid search, since the squared error has several local minima, then a simplex search in unconstrained parameters.</summary>
    private static SmoothingParameters Search(SmoothingForm form, SmoothingStart start, double[] series)
    {
        double[] best = [];
        double min = double.PositiveInfinity;
        foreach (double[] point in Grid(form))
        {
            double error = Error(point);
            if (best.Length > 0 && !(error < min)) continue;
            (best, min) = (point, error);
        }

        return Bounded(form, NelderMead.Minimise(Error, best, step: 0.7, Evaluations));

        double Error(double[] point) => SquaredError(new(form, Bounded(form, point), start), series);
    }

    /// <summary>Grid points as logits, in the order α, β, γ, φ, for those that the form has.</summary>
    private static IEnumerable<double[]> Grid(SmoothingForm form)
    {
        double[] alphas = [-2.5, -1, 0.5, 2.5];
        double[] betas = form.Trend == TrendForm.None ? [0] : [-4, -1.5];
        double[] gammas = form.Season == SeasonForm.None ? [0] : [-3, -0.5];
        foreach (double alpha in alphas)
        {
            foreach (double beta in betas)
            {
                foreach (double gamma in gammas)
                {
                    List<double> point = [alpha];
                    if (form.Trend != TrendForm.None) point.Add(beta);
                    if (form.Season != SeasonForm.None) point.Add(gamma);
                    if (form.Trend == TrendForm.Damped) point.Add(0);
                    yield return [.. point];
                }
            }
        }
    }

    private static SmoothingParameters Bounded(SmoothingForm form, double[] point)
    {
        int next = 0;
        double alpha = Between(MinShare, 1 - MinShare), beta = 0, gamma = 0, damping = form.Trend == TrendForm.None ? 0 : 1;
        if (form.Trend != TrendForm.None) beta = Between(MinShare, 1 - MinShare);
        if (form.Season != SeasonForm.None) gamma = Between(MinShare, 1 - MinShare);
        if (form.Trend == TrendForm.Damped) damping = Between(MinDamping, MaxDamping);
        return new(alpha, beta, gamma, damping);

        double Between(double low, double high) => low + ((high - low) / (1 + PortableMath.Exp(-point[next++])));
    }

    /// <summary>Σe² of the known values. The smoother is at the end of the series afterwards.</summary>
    private static double SquaredError(Smoother smoother, double[] series)
    {
        double sum = 0;
        foreach (double value in series)
        {
            if (!double.IsNaN(value))
            {
                double error = value - smoother.Next;
                sum += error * error;
            }

            smoother.Update(value);
        }

        return sum;
    }
}
