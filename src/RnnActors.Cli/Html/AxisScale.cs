using System.Globalization;

namespace RnnActors.Cli.Html;

/// <summary>Maps values to positions on an axis, from 0 to 1, and chooses the labelled ones.</summary>
internal sealed class AxisScale
{
    private static readonly double[] Steps = [1, 2, 2.5, 5, 10];

    private readonly double _low, _high;
    private readonly bool _isLogarithmic;

    private AxisScale(double low, double high, bool isLogarithmic, IReadOnlyList<(double At, string Label)> ticks) =>
        (_low, _high, _isLogarithmic, Ticks) = (low, high, isLogarithmic, ticks);

    /// <summary>Labels with their positions, from 0 to 1.</summary>
    public IReadOnlyList<(double At, string Label)> Ticks { get; }

    public double Of(double value)
    {
        double at = _isLogarithmic ? Math.Log10(value) : value;
        return (at - _low) / (_high - _low);
    }

    /// <summary>A linear axis with round numbers as labels.</summary>
    /// <param name="ends">Whether the axis ends at round numbers rather than at the values.</param>
    /// <param name="isCount">Whether only integers are labelled.</param>
    public static AxisScale Linear(double low, double high, bool ends, bool isCount = false, int ticks = 5)
    {
        (low, high) = Widened(low, high);
        double step = Step((high - low) / ticks);
        if (isCount) step = Math.Max(1, Math.Round(step));
        if (ends) (low, high) = (Math.Floor((low / step) + 1e-9) * step, Math.Ceiling((high / step) - 1e-9) * step);
        List<(double, string)> marks = [];
        for (double k = Math.Ceiling((low / step) - 1e-9); k * step <= high + (1e-9 * step); k++)
            marks.Add(((k * step - low) / (high - low), Label(k * step, step)));
        return new(low, high, false, marks);
    }

    /// <summary>A logarithmic axis, labelled at powers of ten, with 2 and 5 between them if there is room.</summary>
    /// <param name="low">Above 0.</param>
    public static AxisScale Logarithmic(double low, double high)
    {
        double from = Math.Log10(low), to = Math.Log10(high);
        if (to - from < 0.1) (from, to) = (from - 0.05, to + 0.05);
        double[] mantissas = to - from < 2.2 ? [1, 2, 5] : [1];
        int every = Math.Max(1, (int)Math.Ceiling((to - from) / 6));
        List<(double, string)> marks = [];
        for (int power = (int)Math.Floor(from); power <= Math.Ceiling(to); power++)
        {
            if (power % every != 0) continue;
            foreach (double mantissa in mantissas)
            {
                double at = Math.Log10(mantissa) + power;
                if (at >= from - 1e-9 && at <= to + 1e-9) marks.Add(((at - from) / (to - from), Label(mantissa * Math.Pow(10, power), 0)));
            }
        }

        return new(from, to, true, marks);
    }

    /// <summary>A time axis, with dates as precise as their distance requires.</summary>
    /// <param name="low">Milliseconds since 1970.</param>
    public static AxisScale Times(double low, double high)
    {
        (low, high) = high > low ? (low, high) : (low - 1000, high + 1000);
        (Func<DateTime, DateTime> first, Func<DateTime, DateTime> next, string format) = CalendarSteps.For((high - low) / 6);
        List<(double, string)> marks = [];
        for (DateTime time = first(Runs.Pictures.Chart.TimeOf(low)); marks.Count < 20; time = next(time))
        {
            double at = (Runs.Pictures.Chart.XOf(time) - low) / (high - low);
            if (at > 1.000001) break;
            if (at >= -1e-9) marks.Add((at, time.ToString(format, CultureInfo.InvariantCulture)));
        }

        return new(low, high, false, marks);
    }

    public static string Label(double value, double step)
    {
        if (Math.Abs(value) < Math.Abs(step) * 1e-6) return "0";
        double size = Math.Abs(value);
        const double FewDigits = 50;
        if (size is >= 1e6 or < 1e-4 && !(step > 0 && size / step > FewDigits)) return value.ToString("0.##e0", CultureInfo.InvariantCulture);
        int decimals = 0;
        while (decimals < 8 && Math.Abs((step * Math.Pow(10, decimals)) - Math.Round(step * Math.Pow(10, decimals))) > 1e-6 * step * Math.Pow(10, decimals))
            decimals++;
        if (step == 0) decimals = 8;
        string text = value.ToString("#,0." + new string('#', decimals), CultureInfo.InvariantCulture);
        return text.Replace('-', '−');
    }

    private static (double Low, double High) Widened(double low, double high)
    {
        if (!double.IsFinite(low) || !double.IsFinite(high)) return (0, 1);
        if (high - low > 1e-12 * Math.Max(Math.Abs(low), Math.Abs(high))) return (low, high);
        double margin = low == 0 ? 1 : Math.Abs(low) * 0.1;
        return (low - margin, high + margin);
    }

    private static double Step(double wanted)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(wanted)));
        return Steps.First(step => step * power >= wanted * (1 - 1e-9)) * power;
    }
}
