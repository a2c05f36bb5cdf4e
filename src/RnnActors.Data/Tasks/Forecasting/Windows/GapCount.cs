using System.Globalization;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>Counts the places where rows are missing.</summary>
internal sealed class GapCount
{
    private int _gaps;
    private int _uneven;
    private long _rows;
    private TimeSpan _largest;
    private SourceLocation? _behind;
    private SourceLocation? _unevenAt;

    public void Add(int rows, TimeSpan distance, SourceLocation before)
    {
        _gaps++;
        _rows += rows;
        if (distance <= _largest) return;
        (_largest, _behind) = (distance, before);
    }

    public void AddUneven(SourceLocation at)
    {
        _uneven++;
        _unevenAt ??= at;
    }

    public string? Describe(GapRule rule, TimeStep? step)
    {
        if (_gaps == 0 && _uneven == 0) return null;
        string said = $"The usual step is {step}";
        if (_gaps > 0)
        {
            said += string.Create(
                CultureInfo.InvariantCulture,
                $"; {_gaps:N0} {(_gaps == 1 ? "gap" : "gaps")} of {_rows:N0} missing {(_rows == 1 ? "row" : "rows")}, the largest {Span(_largest)} behind line "
                + $"{_behind?.Line}");
        }

        if (_uneven > 0)
        {
            said += string.Create(
                CultureInfo.InvariantCulture, $"; {_uneven:N0} {(_uneven == 1 ? "row is" : "rows are")} off it, the first in line {_unevenAt?.Line}");
        }

        return said + rule switch
        {
            GapRule.Insert => ". Rows without values are inserted",
            GapRule.Cut => ". No window crosses these places",
            _ => ". Windows run across: --gaps insert inserts the missing rows, --gaps cut cuts windows there",
        };
    }

    private static string Span(TimeSpan span) => span.TotalHours < 100 && span.Ticks % TimeSpan.TicksPerHour == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0} hours")
        : span.TotalDays >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0.#} days") : span.ToString("g", CultureInfo.InvariantCulture);
}
