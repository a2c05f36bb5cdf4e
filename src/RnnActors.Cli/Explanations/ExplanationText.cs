using System.Globalization;
using RnnActors.Cli.Display;
using RnnActors.Data.Wording;
using RnnActors.Runs.Explanations;
using Spectre.Console;

namespace RnnActors.Cli.Explanations;

/// <summary>An explanation in a terminal: the prediction, a text in colours or heat strips, and tables.</summary>
internal static class ExplanationText
{
    private const string Blocks = " ▁▂▃▄▅▆▇█", Ascii = " .:-=+*#@";

    private const int TopStrips = 8, MaxUnitPlaces = 3, ShownLength = 60;

    /// <param name="unit">The hidden unit to describe, from 1; null for those that vary most.</param>
    public static void Write(Terminal terminal, Explanation explanation, int? unit)
    {
        IAnsiConsole console = terminal.Console;
        console.MarkupLine($"[bold]{Markup.Escape(explanation.Row is { } row ? $"Row {row} of the {explanation.Part} part" : "The text")}[/]: "
            + $"{Markup.Escape(Short(explanation.Description, 300))}");
        string right = explanation.Truth is not { } truth ? "" : truth == explanation.Prediction ? ", which is right" : $"; the truth is {truth}";
        console.MarkupLine($"  The network says [bold]{Markup.Escape(explanation.Prediction)}[/]{Markup.Escape(right)}"
            + ExplanationLists.StopBehind(explanation.Prediction + right));
        console.MarkupLine($"  Explained is {Markup.Escape(explanation.Explained)}: {ExplanationLists.Plain(explanation.Output)}, and "
            + $"{ExplanationLists.Plain(explanation.Baseline)} where nothing is known of the inputs ({Markup.Escape(explanation.Unit)}).");
        console.MarkupLine($"  By {ExplanationLists.NameOf(explanation.Method)}, the inputs add {ExplanationLists.Signed(explanation.Sum)} together.");
        console.WriteLine();
        foreach (var input in explanation.Inputs)
        {
            if (input.Names.IsText) WriteText(console, input);
            else WriteStrips(terminal, input);
        }

        console.MarkupLine("[bold]What did most[/]");
        bool isMany = explanation.Inputs.Count > 1, hasFeatures = explanation.Inputs.Any(input => !input.Names.IsText);
        string[] header = [.. isMany ? ["input"] : (string[])[], "step", .. hasFeatures ? ["value"] : (string[])[], explanation.Unit];
        WriteTable(console, header, ExplanationLists.TopValues(explanation).Select(one =>
            (string[])[.. isMany ? [one.Input] : (string[])[], one.Step, .. hasFeatures ? [one.Feature] : (string[])[], ExplanationLists.Signed(one.Value)]));
        WriteGradients(console, explanation);
        WriteUnits(console, explanation, unit);
        WriteRanking(console, "Most certain", explanation, explanation.MostCertain);
        WriteRanking(console, "Least certain", explanation, explanation.LeastCertain);
    }

    /// <summary>Tokens coloured by their attributions; without colours, a mark after those with large ones.</summary>
    private static void WriteText(IAnsiConsole console, AttributedInput input)
    {
        double max = Math.Max(1e-12, input.Values.Max(Math.Abs));
        bool hasColours = HasColours(console);
        var pieces = Enumerable.Range(0, input.Steps).Select(t =>
        {
            double share = input.OfStep(t) / max;
            string token = input.Names.Steps[t];
            if (!hasColours) return Markup.Escape(Math.Abs(share) < 0.5 || input.Names.IsJoined ? token : $"{token}({(share > 0 ? "+" : "−")})");
            int weak = 255 - (int)(200 * Math.Abs(share)), weaker = 255 - (int)(120 * Math.Abs(share));
            string colour = share > 0 ? FormattableString.Invariant($"rgb(255,{weaker},{weak})") : FormattableString.Invariant($"rgb({weak},{weaker},255)");
            return $"[black{(share < 0 ? " underline" : "")} on {colour}]{Markup.Escape(token)}[/]";
        });
        console.MarkupLine($"[bold]{Markup.Escape(input.Names.Name)}[/]{(hasColours ? " (red raised it, blue and underlined lowered it)" : "")}");
        console.MarkupLine("  " + string.Join(input.Names.IsJoined ? "" : " ", pieces));
        console.WriteLine();
    }

    /// <summary>For each feature two lines of blocks, positive and negative attributions, the largest features first; steps go from left to right.</summary>
    private static void WriteStrips(Terminal terminal, AttributedInput input)
    {
        IAnsiConsole console = terminal.Console;
        var features = Enumerable.Range(0, input.Features).Select(f => (Feature: f, Size: Enumerable.Range(0, input.Steps).Sum(t => Math.Abs(input.At(t, f)))))
            .OrderByDescending(one => one.Size).Take(TopStrips).ToArray();
        bool hasColours = HasColours(console);
        int name = features.Max(one => input.Names.Features[one.Feature].Length), width = Math.Max(10, console.Profile.Width - name - 20);
        int each = (input.Steps + width - 1) / width, cells = (input.Steps + each - 1) / each;
        double Cell(int feature, int cell) => Enumerable.Range(cell * each, Math.Min(each, input.Steps - (cell * each))).Sum(t => input.At(t, feature));
        double max = Math.Max(1e-12, features.Max(one => Enumerable.Range(0, cells).Max(cell => Math.Abs(Cell(one.Feature, cell)))));
        string blocks = terminal.Characters == Plots.TextPlotCharacters.Ascii ? Ascii : Blocks;
        console.MarkupLine($"[bold]{Markup.Escape(input.Names.Name)}[/], from {Markup.Escape(input.Names.Steps[0])} to "
            + $"{Markup.Escape(input.Names.Steps[^1])}: what raised it (+{(hasColours ? ", red" : "")}) and lowered it (−{(hasColours ? ", blue" : "")})");
        foreach (var (feature, _) in features)
        {
            string shown = Markup.Escape(input.Names.Features[feature].PadRight(name)), sum = Markup.Escape(ExplanationLists.Signed(input.OfFeature(feature)));
            char Block(double share) => blocks[(int)Math.Ceiling((Math.Abs(share) * (blocks.Length - 1)) - 1e-9)];
            string Line(Func<double, string> write) => string.Concat(Enumerable.Range(0, cells).Select(cell => write(Cell(feature, cell) / max)));
            string Coloured(string colour, double share) => hasColours ? $"[{colour}]{Block(share)}[/]" : Markup.Escape($"{Block(share)}");
            console.MarkupLine($"  {shown} + {Line(share => Coloured("red", Math.Max(0, share)))} {sum}");
            console.MarkupLine($"  {new string(' ', name)} − {Line(share => Coloured("blue", Math.Min(0, share)))}");
        }

        console.WriteLine();
    }

    private static void WriteGradients(IAnsiConsole console, Explanation explanation)
    {
        if (explanation.Gradients.Count == 0) return;
        console.WriteLine();
        console.MarkupLine("[bold]How long the gradient is, so many steps back[/]");
        IReadOnlyList<int> distances = ExplanationLists.Distances(explanation.Gradients);
        WriteTable(
            console, ["layer", .. distances.Select(distance => distance.ToString(CultureInfo.InvariantCulture))],
            explanation.Gradients.Select(flow => (string[])[flow.Layer, .. distances.Select(distance => ExplanationLists.NormAt(flow, distance))]));
        foreach (var flow in explanation.Gradients) console.MarkupLine($"  {Markup.Escape($"{flow.Layer}: {ExplanationLists.Fate(flow)}.")}");
    }

    private static void WriteUnits(IAnsiConsole console, Explanation explanation, int? unit)
    {
        foreach (var layer in explanation.Layers)
        {
            console.WriteLine();
            console.MarkupLine($"[bold]{Markup.Escape($"What units of {layer.Layer} respond to")}[/]{(unit is null ? " (those that vary most)" : "")}");
            foreach (var one in ExplanationLists.UnitsOf(layer, unit))
            {
                string range = FormattableString.Invariant($"{one.Lowest:0.00} to {one.Highest:0.00}, mean {one.Mean:0.00}").Replace('-', '−');
                console.MarkupLine(Markup.Escape($"  unit {one.Unit}: {range}"
                    + (one.Correlations.Count > 0 ? $"; goes with {ExplanationLists.CorrelationsOf(one)}" : "")));
                foreach (var place in one.Places.Take(unit is null ? MaxUnitPlaces : int.MaxValue))
                    console.MarkupLine(Markup.Escape(FormattableString.Invariant($"    {place.Value,6:0.00}  row {place.Row}: {place.Place}")));
            }
        }
    }

    private static void WriteRanking(IAnsiConsole console, string title, Explanation explanation, IReadOnlyList<RankedRow> rows)
    {
        if (rows.Count == 0) return;
        console.WriteLine();
        console.MarkupLine($"[bold]{title}[/] by the {Markup.Escape(explanation.CertaintyName)}");
        WriteTable(console, ["row", "example", "says", "truth", "certainty", "loss"], rows.Select(row => (string[])
            [$"{row.Row}", Short(row.Shown, ShownLength), Short(row.Prediction, 24), Short(row.Truth ?? "", 24), Figures.Number(row.Certainty),
                double.IsFinite(row.Loss) ? Figures.Number(row.Loss) : ""]));
    }

    private static void WriteTable(IAnsiConsole console, string[] header, IEnumerable<string[]> rows)
    {
        var table = new Table { Border = TableBorder.None };
        for (int i = 0; i < header.Length; i++)
        {
            var column = new TableColumn($"[grey]{Markup.Escape(header[i])}[/]").PadLeft(2);
            table.AddColumn(i == header.Length - 1 ? column.RightAligned() : column);
        }

        foreach (string[] row in rows) table.AddRow([.. row.Select(Markup.Escape)]);
        console.Write(table);
    }

    private static bool HasColours(IAnsiConsole console) => console.Profile.Capabilities.ColorSystem != ColorSystem.NoColors;

    private static string Short(string text, int max) => text.Length <= max ? text : text[..(max - 1)] + "…";
}
