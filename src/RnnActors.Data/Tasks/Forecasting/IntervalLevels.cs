using RnnActors.Data.Series;
using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>
/// The levels of intervals around the forecasts of a part, which adapt to the values of each series as these arrive. Only the levels at the start of each block
/// of windows are stored; the others are recomputed from there, since all of them would take more memory than the forecasts.
/// </summary>
internal sealed class IntervalLevels
{
    private const int ValuesOfBlock = 8192;

    private readonly WindowDataset _part;
    private readonly double[] _wanted;
    private readonly Func<int, int, double, (double Lower, double Upper)> _boundsAt;
    private readonly int _outputs, _horizon;
    private readonly List<Block> _blocks = [];

    /// <summary>The windows ordered by series and then by time; null if the part already is.</summary>
    private readonly int[]? _order, _places;

    /// <param name="wanted">The nominal coverage of each level.</param>
    /// <param name="before">The levels of a series before the part, (levels, outputs); null for <paramref name="wanted"/>.</param>
    /// <param name="boundsAt">The bounds, from the index of a level, an index in (windows, outputs), and the level there.</param>
    public IntervalLevels(
        WindowDataset part, double[] wanted, Func<string, double[]?> before, Func<int, int, double, (double Lower, double Upper)> boundsAt)
    {
        (_part, _wanted, _boundsAt, _outputs, _horizon) = (part, wanted, boundsAt, part.Target.Outputs, part.Panel.Shape.Horizon);
        if (!IsInOrder(part))
        {
            Window[] windows = [.. Enumerable.Range(0, part.Rows).Select(part.At)];
            _order = [.. Enumerable.Range(0, part.Rows).GroupBy(row => windows[row].Series).SelectMany(series => series.OrderBy(row => windows[row].Origin))];
            _places = new int[_order.Length];
            for (int place = 0; place < _order.Length; place++) _places[_order[place]] = place;
        }

        for (int first = 0; first < part.Rows;)
        {
            int series = WindowAt(first).Series, end = first + 1;
            while (end < part.Rows && WindowAt(end).Series == series) end++;
            FollowSeries(first, end, before);
            first = end;
        }
    }

    public WindowDataset Part => _part;

    /// <summary>The levels of each series, by its name, after all values of the part: (levels, outputs).</summary>
    public Dictionary<string, double[]> After { get; } = [];

    /// <summary>The bounds, by an index in (windows, outputs), that enclose those of all these levels: an interval contains those of smaller levels.</summary>
    public Func<int, (float Lower, float Upper)> Bounds(IReadOnlyList<int> levels)
    {
        BlockBounds? last = null;
        return at =>
        {
            (int row, int output) = Math.DivRem(at, _outputs);
            int place = _places is null ? row : _places[row];
            BlockBounds? bounds = last; // another thread may replace it
            if (bounds is null || place < bounds.First || place >= bounds.End) last = bounds = BoundsOf(BlockOf(place), levels);
            int i = ((place - bounds.First) * _outputs) + output;
            return (bounds.Lower[i], bounds.Upper[i]);
        };
    }

    /// <summary>Whether the windows of each series are contiguous and in order of time.</summary>
    private static bool IsInOrder(WindowDataset part)
    {
        HashSet<int> seen = [];
        for (int i = 0; i < part.Ranges.Count; i++)
        {
            WindowRange range = part.Ranges[i];
            if (i > 0 && part.Ranges[i - 1] is var before && before.Series == range.Series)
            {
                if (range.Origin < before.Origin + before.Count) return false;
            }
            else if (!seen.Add(range.Series)) return false;
        }

        return true;
    }

    private Window WindowAt(int place) => _part.At(_order is null ? place : _order[place]);

    private Block BlockOf(int place)
    {
        int low = 0, high = _blocks.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (_blocks[middle].First <= place) low = middle;
            else high = middle - 1;
        }

        return _blocks[low];
    }

    private void FollowSeries(int first, int end, Func<string, double[]?> before)
    {
        string name = _part.Panel.Series[WindowAt(first).Series].Name;
        double[] levels = before(name) is { } known ? [.. known] : [.. _wanted.SelectMany(level => Enumerable.Repeat(level, _outputs))];
        int[] come = [.. Enumerable.Repeat(first, _horizon)];

        // A block has at least as many windows as the horizon, since that many before it are examined.
        int rows = Math.Max(ValuesOfBlock / _outputs, _horizon);
        for (int place = first; place < end; place += rows)
        {
            Block block = new(place, Math.Min(end, place + rows), [.. levels], [.. come]);
            _blocks.Add(block);
            Values values = ValuesOf(come.Min(), block.End);
            for (int level = 0; level < _wanted.Length; level++) Follow(block, values, level, levels.AsSpan(level * _outputs, _outputs), come, null);
        }

        Values last = ValuesOf(come.Min(), end);
        for (int level = 0; level < _wanted.Length; level++)
        {
            for (int output = 0; output < _outputs; output++)
            {
                ref double own = ref levels[(level * _outputs) + output];
                for (int place = come[output % _horizon]; place < end; place++) own = Next(last, level, place, output, own);
            }
        }

        After[name] = levels;
    }

    private BlockBounds BoundsOf(Block block, IReadOnlyList<int> levels)
    {
        int count = (block.End - block.First) * _outputs;
        BlockBounds bounds = new(block.First, block.End, new float[count], new float[count]);
        bounds.Lower.AsSpan().Fill(float.NaN);
        bounds.Upper.AsSpan().Fill(float.NaN);
        Values values = ValuesOf(block.Come.Min(), block.End);
        int[] come = new int[_horizon];
        foreach (int level in levels) Follow(block, values, level, block.Levels.AsSpan(level * _outputs, _outputs).ToArray(), come, bounds);
        return bounds;
    }

    /// <summary>Follows one level through a block.</summary>
    /// <param name="levels">(outputs): the level before the block, replaced by that after it.</param>
    /// <param name="come">Overwritten: for each step ahead, the first window whose value had not arrived at the block's last origin.</param>
    /// <param name="bounds">Extended by the bounds of the level; null if they are not wanted.</param>
    private void Follow(Block block, Values values, int level, Span<double> levels, int[] come, BlockBounds? bounds)
    {
        for (int output = 0; output < _outputs; output++)
        {
            int step = output % _horizon, known = block.Come[step];
            double own = levels[output];
            for (int place = block.First; place < block.End; place++)
            {
                // Windows that began early enough for their values to have arrived.
                for (; values.OriginOf(known) + step < values.OriginOf(place); known++) own = Next(values, level, known, output, own);
                if (bounds is null) continue;
                (double lower, double upper) = _boundsAt(level, IndexOf(place, output), own);
                int i = ((place - block.First) * _outputs) + output;
                bounds.Lower[i] = float.IsNaN(bounds.Lower[i]) ? (float)lower : Math.Min(bounds.Lower[i], (float)lower);
                bounds.Upper[i] = float.IsNaN(bounds.Upper[i]) ? (float)upper : Math.Max(bounds.Upper[i], (float)upper);
            }

            (levels[output], come[step]) = (own, known);
        }
    }

    private double Next(Values values, int level, int place, int output, double own)
    {
        double target = values.Targets[((place - values.First) * _outputs) + output];
        if (double.IsNaN(target)) return own;
        (double lower, double upper) = _boundsAt(level, IndexOf(place, output), own);
        return AdaptiveConformal.Next(own, _wanted[level], target >= lower && target <= upper);
    }

    private int IndexOf(int place, int output) => ((_order is null ? place : _order[place]) * _outputs) + output;

    /// <summary>The target values, in the network's scale.</summary>
    private Values ValuesOf(int first, int end)
    {
        Values values = new(first, new int[end - first], new float[(end - first) * _outputs]);
        for (int i = 0; i < values.Origins.Length; i++)
        {
            Window window = WindowAt(first + i);
            values.Origins[i] = window.Origin;
            _part.ReadTargets(window, values.Targets.AsSpan(i * _outputs, _outputs));
        }

        return values;
    }

    /// <summary>Consecutive windows of a series.</summary>
    /// <param name="Levels">(levels, outputs), before the first window.</param>
    /// <param name="Come">For each step ahead, the first window whose value is not yet in these levels.</param>
    private sealed record Block(int First, int End, double[] Levels, int[] Come);

    private sealed record BlockBounds(int First, int End, float[] Lower, float[] Upper);

    /// <param name="Targets">(windows, outputs).</param>
    private readonly record struct Values(int First, int[] Origins, float[] Targets)
    {
        public int OriginOf(int place) => Origins[place - First];
    }
}
