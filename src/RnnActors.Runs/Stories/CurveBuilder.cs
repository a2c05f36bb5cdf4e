namespace RnnActors.Runs.Stories;

/// <summary>
/// Builds a curve in bounded memory. When it has too many points, neighbours are merged into their mean, lowest and highest value. The first and the last value
/// remain points of their own, so that ends and extremes are kept however long the run is.
/// </summary>
internal sealed class CurveBuilder(string key)
{
    /// <summary>The most merged points; a curve has one more at each end.</summary>
    public const int MaxPoints = 1000;

    private readonly List<Point> _points = [];
    private int _stride = 1;
    private (double At, double Value) _first, _last;

    /// <summary>Continues a stored curve.</summary>
    /// <param name="lastStep">The step that the run resumes after; later points are dropped.</param>
    public static CurveBuilder From(StoryCurve curve, long lastStep)
    {
        var builder = new CurveBuilder(curve.Key) { _stride = Math.Max(1, curve.Stride) };
        int count = Array.FindAll([curve.At, curve.Values, curve.Lowest, curve.Highest], values => values is not null).Min(values => values.Length);
        for (int i = 0; i < count && curve.At[i] <= lastStep; i++)
        {
            if (i > 0 && !(curve.At[i] > curve.At[i - 1])) break;
            builder.Append(new Point(curve.At[i], curve.At[i], curve.Values[i] * builder._stride, builder._stride, curve.Lowest[i], curve.Highest[i]));
            builder._last = (curve.At[i], curve.Values[i]);
            if (i == 0) builder._first = builder._last;
        }

        return builder;
    }

    /// <summary>Adds a value. Values that are not finite are ignored. So are those of steps already seen, which a cluster may compute again, to the same
    /// bits.</summary>
    /// <returns>Whether it was added.</returns>
    public bool Add(double at, double value)
    {
        if (!double.IsFinite(value) || (_points.Count > 0 && at <= _last.At)) return false;
        if (_points.Count == 0) _first = (at, value);
        _last = (at, value);
        if (_points.Count > 0 && _points[^1] is var open && open.Count < _stride) _points[^1] = open.With(new Point(at, at, value, 1, value, value));
        else Append(new Point(at, at, value, 1, value, value));
        return true;
    }

    public StoryCurve Read()
    {
        List<Point> points = [.. _points];
        if (points.Count > 0 && points[^1].From < _last.At) points.Add(new Point(_last.At, _last.At, _last.Value, 1, _last.Value, _last.Value));
        if (points.Count > 0 && points[0].To > _first.At) points.Insert(0, new Point(_first.At, _first.At, _first.Value, 1, _first.Value, _first.Value));
        return new(key, _stride, Each(point => (point.From + point.To) / 2), Each(point => point.Sum / point.Count), Each(point => point.Low),
            Each(point => point.High));

        double[] Each(Func<Point, double> of) => [.. points.Select(of)];
    }

    private void Append(Point point)
    {
        _points.Add(point);
        if (_points.Count <= MaxPoints) return;
        _stride *= 2;
        int kept = 0;
        for (int i = 0; i < _points.Count; i += 2) _points[kept++] = i + 1 < _points.Count ? _points[i].With(_points[i + 1]) : _points[i];
        _points.RemoveRange(kept, _points.Count - kept);
    }

    private readonly record struct Point(double From, double To, double Sum, int Count, double Low, double High)
    {
        public Point With(Point next) => new(From, next.To, Sum + next.Sum, Count + next.Count, Math.Min(Low, next.Low), Math.Max(High, next.High));
    }
}
