using RnnActors.Core.Models;
using RnnActors.Data.Wording;
using RnnActors.Runs.Stories;
using Spectre.Console;

namespace RnnActors.Cli.Reports;

/// <summary>The layers of a model, with their outputs and parameters.</summary>
internal static class ModelTable
{
    public static void Write(IAnsiConsole console, Model model)
    {
        console.MarkupLine($"[bold]Model[/] ({Figures.Count(model.Layout.Count)} parameters; {Inputs(model)})");
        var table = new Table { Border = TableBorder.None };
        table.AddColumn(new TableColumn("[grey]layer[/]").PadLeft(2));
        table.AddColumn(new TableColumn("[grey]output[/]").PadLeft(2));
        table.AddColumn(new TableColumn("[grey]parameters[/]").RightAligned().PadLeft(2));
        table.AddColumn(new TableColumn("[grey]shapes[/]").PadLeft(2));
        for (int i = 0; i < model.Spec.Layers.Count; i++)
        {
            var layer = model.Spec.Layers[i];
            string prefix = $"{model.NameOf(i)}.";
            var slots = model.Layout.Slots.Where(slot => slot.Name.StartsWith(prefix, StringComparison.Ordinal)).ToArray();
            table.AddRow(
                Markup.Escape(LayerText.Of(layer)), Markup.Escape(model.OutputOf(i).ToString()), Figures.Count(slots.Sum(slot => (long)slot.Length)),
                Markup.Escape(string.Join(", ", slots.Select(slot => $"{slot.Name[prefix.Length..]} [{string.Join("×", slot.Shape)}]"))));
        }

        console.Write(table);
    }

    private static string Inputs(Model model) => model.Inputs.Count == 1
        ? $"input: {model.Input}"
        : $"inputs: {string.Join(", ", model.Inputs.Select(input => $"{input.Name}, {input.Shape}"))}";
}
