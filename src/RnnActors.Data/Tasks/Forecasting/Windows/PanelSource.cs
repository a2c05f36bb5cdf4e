using RnnActors.Core.Problems;
using RnnActors.Data.Files;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>
/// The panel that a task was made of. Backtests and forecasts beyond the horizon go on from it; most runs never need it again. So a large one is let go of, and
/// made of its files once more for whoever asks.
/// </summary>
internal sealed class PanelSource
{
    /// <summary>8 MB.</summary>
    private const long MaxKeptValues = 1 << 20;

    private readonly Func<Panel>? _again;
    private readonly FileStamp[] _stamps;
    private Panel? _panel;

    private PanelSource(Panel panel, bool isKept, Func<Panel>? again, FileStamp[] stamps)
    {
        (_panel, _again, _stamps) = (isKept ? panel : null, again, stamps);
        End = DataEnd.Of(panel);
    }

    /// <summary>Whether it was let go of.</summary>
    public bool IsLetGo => _panel is null;

    /// <summary>Its last date; null where it has none.</summary>
    public DateTime? End { get; }

    /// <exception cref="InvalidInputException">It was let go of, and a file has changed since.</exception>
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

    /// <param name="again">Makes the panel of its files once more.</param>
    /// <param name="stamps">Its files, as they were before they were read.</param>
    public static PanelSource Of(Panel panel, Func<Panel> again, FileStamp[] stamps) =>
        new(panel, (long)panel.Rows * panel.Table.Columns.Count <= MaxKeptValues, again, stamps);
}
