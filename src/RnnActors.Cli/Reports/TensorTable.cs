using System.Text.Json.Nodes;
using RnnActors.Cli.Display;
using RnnActors.Data.Wording;
using RnnActors.Runs.Sessions;
using Spectre.Console;

namespace RnnActors.Cli.Reports;

/// <summary>Differing tensors, as a table and as JSON.</summary>
internal static class TensorTable
{
    /// <summary>The maximum number of tensors in the table.</summary>
    private const int MaxShown = 12;

    public static void Write(Terminal terminal, IReadOnlyList<TensorDifference> differences)
    {
        var table = new Table { Border = TableBorder.None };
        foreach (string header in (string[])["tensor", "values", "that differ", "by at most", "relative"])
            table.AddColumn(new TableColumn($"[grey]{header}[/]").PadLeft(2));
        foreach (TensorDifference tensor in differences.Take(MaxShown))
        {
            table.AddRow(
                Markup.Escape(tensor.Name), Figures.Count(tensor.Values), Figures.Count(tensor.Different),
                    tensor.Reason is { } reason ? Markup.Escape(reason) : Figures.Number(tensor.Largest),
                tensor.Reason is null ? Figures.Number(tensor.LargestRelative) : "");
        }

        terminal.Console.Write(table);
        if (differences.Count > MaxShown) terminal.Output.WriteLine($"… and {Figures.Count(differences.Count - MaxShown)} more");
    }

    public static JsonArray Json(IEnumerable<TensorDifference> differences) => new([.. differences.Select(tensor => new JsonObject
    {
        ["tensor"] = tensor.Name,
        ["values"] = tensor.Values,
        ["different"] = tensor.Different,
        ["largest"] = JsonLineWriter.Node(tensor.Largest),
        ["relative"] = JsonLineWriter.Node(tensor.LargestRelative),
        ["reason"] = tensor.Reason,
    })]);
}
