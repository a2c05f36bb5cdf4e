using RnnActors.Data.Tasks;
using Spectre.Console;

namespace RnnActors.Cli.Reports;

/// <summary>A task's tables in the terminal: the first column names the row, and numbers are right-aligned.</summary>
internal static class SummaryTables
{
    public static Table Of(SummaryTable summary)
    {
        var table = new Table { Border = TableBorder.None };
        for (int i = 0; i < summary.Header.Count; i++)
        {
            var column = new TableColumn($"[grey]{Markup.Escape(summary.Header[i])}[/]").PadLeft(2);
            table.AddColumn(i == 0 || summary.LeftAligned.Contains(i) ? column : column.RightAligned());
        }

        foreach (var row in summary.Rows) table.AddRow([.. row.Select(Markup.Escape)]);
        return table;
    }
}
