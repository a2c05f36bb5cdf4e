using RnnActors.Core.Problems;
using RnnActors.Data.Files;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>
/// The panel that a task was made from. Backtests and forecasts beyond the horizon use it; most runs do not need it again. So a large one is released, and
/// rebuilt from its files on access.
/// </summary>
internal sealed class PanelSource
{
    /// <summary>The maximum number of values of a panel that stays in memory: 8 MB.</summary>
    private const long MaxKeptValues = 1 << 20;

    private readonly Func<Panel>? _again;
    private readonly FileStamp[] _stamps;
    private Panel? _panel;

    private PanelSource(Panel panel, bool isKept, Func<Panel>? again, FileStamp[] stamps)
    {
        (_panel, _again, _stamps) = (isKept ? panel : null, again, stamps);
        End = DataEnd.Of(panel);
    }

    /// <summary>Whether the panel has been released.</summary>
    public bool IsReleased => _panel is null;

    /// <summary>The last date; null if there are no dates.</summary>
    public DateTime? End { get; }

    /// <exception cref="InvalidInputException">The panel was released, and a file has changed since.</exception>
    public Panel Panel
    {
        get
        {
            if (_panel is not null) return _panel;
            if (Array.Find(_stamps, stamp => stamp != FileStamp.Of(stamp.Path)) is { } changed)
            {
                throw new InvalidInputException(
                    "The file has changed since it was read, and this needs it once more", "Leave it as it is until the command has ended", new(changed.Path));
            }

            return _panel = _again!();
        }
    }

    /// <summary>A panel that stays in memory.</summary>
    public static PanelSource Of(Panel panel) => new(panel, true, null, []);

    /// <param name="again">Rebuilds the panel from its files.</param>
    /// <param name="stamps">The state of its files before they were read.</param>
    public static PanelSource Of(Panel panel, Func<Panel> again, FileStamp[] stamps) =>
        new(panel, (long)panel.Rows * panel.Table.Columns.Count <= MaxKeptValues, again, stamps);
}
