using System.CommandLine;
using RnnActors.Data.Tasks;

namespace RnnActors.Cli.Commands;

/// <summary>Options that choose the panels of a forecast's picture: targets, series and rows ahead.</summary>
internal sealed class PlotChoice
{
    private readonly Option<string[]> _targets, _series;
    private readonly Option<int[]> _horizons;

    /// <param name="prefix">A prefix for the options' names, if other options have the short ones: <c>plot-</c>.</param>
    /// <param name="hasHorizons">Whether there is an option for rows ahead.</param>
    public PlotChoice(string prefix = "", bool hasHorizons = true)
    {
        _targets = new($"--{prefix}target") { Description = "Draw this target; may be given many times.", HelpName = "COLUMN", DefaultValueFactory = _ => [] };
        _series = new($"--{prefix}series") { Description = "Draw this series; may be given many times.", HelpName = "NAME", DefaultValueFactory = _ => [] };
        _horizons = new($"--{prefix}horizon")
        {
            Description = "Draw what was forecast so many rows before; may be given many times. The default is the whole horizon.",
            HelpName = "N",
            DefaultValueFactory = _ => [],
        };
        All = hasHorizons ? [_targets, _series, _horizons] : [_targets, _series];
    }

    public IReadOnlyList<Option> All { get; }

    public PanelChoice Read(ParseResult parsed) =>
        new(parsed.GetValue(_targets)!, parsed.GetValue(_series)!, All.Contains(_horizons) ? parsed.GetValue(_horizons)! : []);
}
