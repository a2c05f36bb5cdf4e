using RnnActors.Data.Findings;
using RnnActors.Data.Tasks.Forecasting.Windows;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>
/// Findings about the columns of a table, before training. Columns are examined as the network reads them: scaled, and those known ahead at the row in which
/// they are read.
/// </summary>
internal sealed class ForecastFindings
{
    /// <summary>An input is a copy of the target, perhaps rounded, if it leaves a smaller share of its variance unexplained.</summary>
    private const double CopyLeaves = 1e-5;

    /// <summary>Two inputs are nearly equal if each leaves a smaller share of the other's variance unexplained.</summary>
    private const double EqualLeaves = 1e-4;

    /// <summary>
    /// A leaking input must explain the later value this many times better than the target's present value, which alone explains much in a smooth series.
    /// </summary>
    private const double Beyond = 100;

    /// <summary>The maximum number of rows and columns that are compared, and of rows ahead: enough for a finding, and fast.</summary>
    private const int MaxRows = 4000, MaxColumns = 64, MaxAhead = 200;

    private readonly ForecastTask _task;
    private readonly PreparedPanel _panel;
    private readonly int _first, _rows;

    private ForecastFindings(ForecastTask task)
    {
        (_task, _panel) = (task, task.Panel);
        WindowRange longest = task.Train.Ranges.MaxBy(range => range.Count);
        _first = longest.Origin - task.Train.Steps;
        _rows = Math.Min(MaxRows, longest.Count + task.Train.Steps + task.Spec.Horizon - 1);
    }

    public static IEnumerable<Finding> Of(ForecastTask task)
    {
        if (task.Train.Rows == 0) return [];
        var findings = new ForecastFindings(task);
        return [.. findings.Constants(), .. findings.Leaks(), .. findings.Equals(), .. findings.Times()];
    }

    private IEnumerable<Finding> Constants()
    {
        for (int target = 0; target < _panel.TargetCount; target++)
        {
            if (!IsConstant(row => _panel.Actual[(row * _panel.TargetCount) + target], out double value)) continue;
            yield return new Finding(
                "constant_target", FindingSeverity.Problem,
                $"The target {_task.Targets[target].Name} is {Figures.Number(value)} in all training rows, so there is nothing to learn",
                "Give rows in which it changes, or another target");
        }

        string[] constant = [.. Enumerable.Range(0, _task.Inputs.Count).Where(input => !IsOfTarget(input) && IsConstant(row => Input(row, input), out _))
            .Select(NameOf)];
        if (constant.Length == 0) yield break;
        yield return new Finding(
            "constant_column", FindingSeverity.Warning,
            $"{Listed(constant)} {(constant.Length == 1 ? "has" : "have")} one value in all training rows: nothing is learnt from "
            + $"{(constant.Length == 1 ? "it" : "them")}, and another value later "
                + "would be none that the network has seen",
            $"Leave {(constant.Length == 1 ? "it" : "them")} out of data.inputs");
    }

    /// <summary>Inputs that reveal a later value of a target, or are the target under another name.</summary>
    private IEnumerable<Finding> Leaks()
    {
        int ahead = Math.Min(MaxAhead, _task.Spec.Horizon + _task.Spec.Window - 1);
        for (int target = 0; target < _panel.TargetCount; target++)
        {
            double[] actual = Column(row => _panel.Actual[(row * _panel.TargetCount) + target]);
            double[] transformed = Column(row =>
                double.IsFinite(_panel.Actual[(row * _panel.TargetCount) + target]) ? _panel.Transformed[(row * _panel.TargetCount) + target] : double.NaN);
            string name = _task.Targets[target].Name;
            for (int input = 0; input < Math.Min(MaxColumns, _task.Inputs.Count); input++)
            {
                if (IsOfTarget(input)) continue;
                double[] values = Observed(input);
                int shift = Enumerable.Range(1, ahead).FirstOrDefault(by => IsCopy(values, actual, by) || IsCopy(values, transformed, by));
                if (shift > 0)
                {
                    yield return new Finding(
                        "target_in_inputs", FindingSeverity.Problem,
                        $"The input {NameOf(input)} is a linear function of {name} {Figures.Plural(shift, "row")} later: it tells what is to be forecast",
                        $"Leave it out of data.inputs, unless it is truly known {Figures.Plural(shift, "row")} ahead");
                }
                else if (LinearFit.Unexplained(values, actual) < CopyLeaves)
                {
                    bool isRead = _task.Inputs.Any(column => column.Name == name);
                    yield return new Finding(
                        "target_copy", FindingSeverity.Note,
                        $"The input {NameOf(input)} is a linear function of the target {name} in the same row{(isRead ? ", which is read as well" : "")}",
                        isRead ? "Leave one of them out of data.inputs"
                        : "It is read up to the row before the forecast, as the target would be: see that it is known by then");
                }
            }
        }
    }

    private bool IsCopy(double[] values, double[] target, int by)
    {
        if (by >= values.Length) return false;
        double leaves = LinearFit.Unexplained(values.AsSpan(0, values.Length - by), target.AsSpan(by));
        return leaves < CopyLeaves && leaves * Beyond < LinearFit.Unexplained(target.AsSpan(0, target.Length - by), target.AsSpan(by));
    }

    /// <summary>Inputs that are nearly equal to another one.</summary>
    private IEnumerable<Finding> Equals()
    {
        int[] columns = [.. Enumerable.Range(0, Math.Min(MaxColumns, _task.Inputs.Count))
            .Where(input => _task.Inputs[input].Category is null && !IsOfTarget(input))];
        double[][] values = [.. columns.Select(Observed)];
        List<string> pairs = [];
        for (int second = 1; second < columns.Length; second++)
        {
            int first = Enumerable.Range(0, second).FirstOrDefault(other => LinearFit.Unexplained(values[other], values[second]) < EqualLeaves, -1);
            if (first >= 0) pairs.Add($"{NameOf(columns[first])} and {NameOf(columns[second])}");
        }

        if (pairs.Count == 0) yield break;
        yield return new Finding("equal_columns", FindingSeverity.Note, $"{Listed([.. pairs])} are nearly linear functions of one another",
            "Leave one of each pair out of data.inputs");
    }

    /// <summary>Parts in files of their own that begin before the training rows end.</summary>
    private IEnumerable<Finding> Times()
    {
        DateTime? last = LatestOf(_task.Train);
        foreach ((string name, WindowDataset? part) in new[] { ("validation", _task.Validation), ("test", _task.Test) })
        {
            if (part is not { Rows: > 0 } || part.Panel == _panel || last is not { } end) continue;
            WindowRange first = part.Ranges.MinBy(range => part.Panel.Time.TimeOf(part.Panel.Series[range.Series], range.Origin) ?? DateTime.MaxValue);
            SeriesRows series = part.Panel.Series[first.Series];
            if (part.Panel.Time.TimeOf(series, first.Origin) is not { } begin || begin > end) continue;
            yield return new Finding(
                "split_mixes_time", FindingSeverity.Warning,
                $"The {name} rows begin at {part.Panel.Time.LabelOf(series, first.Origin)}, and the training rows end later: the network has learnt from rows "
                + $"that had not come yet",
                $"Give data.{name} a file of later rows, or leave it out and let data.split part the rows by time");
        }
    }

    private static DateTime? LatestOf(WindowDataset part) =>
        part.Ranges.Max(range => part.Panel.Time.TimeOf(part.Panel.Series[range.Series], range.Origin + range.Count - 1));

    private bool IsConstant(Func<int, double> valueOf, out double value)
    {
        value = double.NaN;
        foreach (WindowRange range in _task.Train.Ranges)
        {
            for (int row = range.Origin - _task.Train.Steps; row < range.Origin + range.Count + _task.Spec.Horizon - 1; row++)
            {
                double own = valueOf(row);
                if (!double.IsFinite(own)) continue;
                if (double.IsNaN(value)) value = own;
                else if (own != value) return false;
            }
        }

        return double.IsFinite(value);
    }

    /// <summary>An input in the compared rows; NaN where it was filled in.</summary>
    private double[] Observed(int input)
    {
        PreparedColumn column = _task.Inputs[input];
        bool[]? filled = _panel.Filled.GetValueOrDefault(column.Name);
        return Column(row => filled is not null && filled[Math.Min(row + column.Ahead, filled.Length - 1)] ? double.NaN : Input(row, input));
    }

    private double[] Column(Func<int, double> valueOf) => [.. Enumerable.Range(_first, _rows).Select(valueOf)];

    private double Input(int row, int input) => _panel.Inputs[(row * _panel.InputWidth) + input];

    /// <summary>Whether it is a target's own past, which forecasts may legitimately use.</summary>
    private bool IsOfTarget(int input) => _task.Targets.Any(target => target.Name == _task.Inputs[input].Name);

    private string NameOf(int input) => _task.Inputs[input] is { Category: { } category } column ? $"{column.Name}={category}" : _task.Inputs[input].Name;

    private static string Listed(string[] names) => string.Join(", ", names.Take(5)) + (names.Length > 5 ? $" and {names.Length - 5} more" : "");
}
