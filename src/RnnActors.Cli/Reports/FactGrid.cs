using Spectre.Console;

namespace RnnActors.Cli.Reports;

/// <summary>Two columns: what, and its value.</summary>
internal static class FactGrid
{
    public static Grid Create()
    {
        var grid = new Grid();
        grid.AddColumn(new GridColumn().PadLeft(2).NoWrap());
        grid.AddColumn(new GridColumn().PadLeft(1));
        return grid;
    }
}
