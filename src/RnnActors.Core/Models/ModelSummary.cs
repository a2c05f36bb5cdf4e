using System.Globalization;
using System.Text;
using RnnActors.Core.Layers;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Models;

/// <summary>A model as a text table like Keras's summary: a line for each layer with its name, output shape and number of parameters.</summary>
public static class ModelSummary
{
    private static readonly string[] Titles = ["Layer", "Output shape", "Parameters"];

    public static string Of(Model model)
    {
        List<string[]> lines = [Titles, .. model.Inputs.Select(input => (string[])[input.Name, TextOf(input.Shape), "0"])];
        for (int i = 0; i < model.Spec.Layers.Count; i++)
        {
            var layer = model.Spec.Layers[i];
            string prefix = model.NameOf(i) + ".";
            var signal = model.OutputOf(i);
            int count = model.Layout.Slots.Where(slot => slot.Name.StartsWith(prefix, StringComparison.Ordinal)).Sum(slot => slot.Length);
            string stacked = layer is Recurrent { Layers: > 1 } recurrent ? $" × {recurrent.Layers}" : "";
            lines.Add([model.NameOf(i) + stacked, TextOf(signal), Number(count)]);
        }

        int[] widths = [.. Titles.Select((_, column) => lines.Max(line => line[column].Length))];
        string rule = new('─', widths.Sum() + (2 * (widths.Length - 1)));
        var text = new StringBuilder();
        for (int i = 0; i < lines.Count; i++)
        {
            text.Append(lines[i][0].PadRight(widths[0])).Append("  ").Append(lines[i][1].PadRight(widths[1])).Append("  ")
                .Append(lines[i][2].PadLeft(widths[2])).Append('\n');
            if (i == 0) text.Append(rule).Append('\n');
        }

        double kilobytes = model.Layout.Count * (double)sizeof(float) / 1024;
        return text.Append(rule).Append('\n')
            .Append(CultureInfo.InvariantCulture, $"Total parameters: {Number(model.Layout.Count)} ({kilobytes:N1} KB)\n")
            .ToString();
    }

    private static string TextOf(Shape signal) => (signal.IsTokens, signal.IsSequence) switch
    {
        (true, _) => "(rows, steps) tokens",
        (_, true) => $"(rows, steps, {signal.Features})",
        _ => $"(rows, {signal.Features})",
    };

    private static string Number(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
