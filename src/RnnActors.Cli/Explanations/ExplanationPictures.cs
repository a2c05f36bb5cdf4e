using RnnActors.Cli.Plots;
using RnnActors.Core.Explanations;
using RnnActors.Runs.Explanations;

namespace RnnActors.Cli.Explanations;

/// <summary>The pictures of an explanation, heat maps and curves, for PNG files and for the page.</summary>
internal static class ExplanationPictures
{
    /// <summary>Smaller values get a scale of their own, since nothing would be visible on one from −1 to 1.</summary>
    private const double Faint = 0.25;

    /// <summary>The attributions of each input: features over steps.</summary>
    public static IEnumerable<SignedHeatmap> OfInputs(Explanation explanation) => explanation.Inputs.Select(input =>
    {
        double[,] values = new double[input.Features, input.Steps];
        for (int f = 0; f < input.Features; f++)
            for (int t = 0; t < input.Steps; t++) values[f, t] = input.At(t, f);
        return new SignedHeatmap($"{input.Names.Name}: what raised (vermilion) and lowered (blue, striped) {explanation.Explained}", "", input.Names.Features,
            input.Names.Steps, values);
    });

    /// <summary>A layer's outputs and gates, units over steps.</summary>
    /// <param name="names">The names of the layer's steps.</param>
    public static IEnumerable<SignedHeatmap> OfLayer(CellActivity cell, IReadOnlyList<string> names) => cell.Traces.Select(trace =>
    {
        double[,] values = new double[trace.Units, cell.Steps];
        for (int unit = 0; unit < trace.Units; unit++)
            for (int t = 0; t < cell.Steps; t++) values[unit, t] = trace.At(t, unit);
        string title = trace.Name switch
        {
            "output" => "output",
            "cell" => "cell state",
            CellTrace.Candidate => CellTrace.Candidate,
            var gate => $"{gate} (0 closed, 1 open)",
        };
        return new SignedHeatmap($"{cell.Name}: {title}", "", [.. Enumerable.Range(1, trace.Units).Select(unit => $"{unit}")], names, values,
            trace.Name == "cell" || (trace.Name is "output" or CellTrace.Candidate && values.Cast<double>().Max(Math.Abs) < Faint) ? 0 : 1);
    });

    /// <summary>The names of a layer's steps: those of its input; if it joins several steps, the last of them.</summary>
    public static IReadOnlyList<string> StepsOf(Explanation explanation, CellActivity cell)
    {
        var names = explanation.Inputs[cell.Axis].Names.Steps;
        return [.. Enumerable.Range(0, cell.Steps).Select(t => names[Math.Min(names.Count - 1, ((t + 1) * cell.StepsEach) - 1)])];
    }

    /// <summary>Writes PNG and SVG files; failures are only warnings.</summary>
    public static void Save(string folder, Explanation explanation, Action<string> warn)
    {
        Try("attributions", path => SignedHeatmapPlot.Save(path, [.. OfInputs(explanation)]));
        foreach (var cell in explanation.Cells)
            Try($"units-{FileName(cell.Name)}", path => SignedHeatmapPlot.Save(path, [.. OfLayer(cell, StepsOf(explanation, cell))]));
        if (explanation.Gradients.Count > 0)
        {
            Try("gradient", path => GradientPlot.Save(
                path, "How far back the gradient reaches", [.. explanation.Gradients.Select(flow => new GradientCurve(flow.Layer, flow.Norms))]));
        }

        void Try(string name, Action<string> save) => PictureFile.TrySaveBoth(folder, name, save, warn);
    }

    private static string FileName(string layer) =>
        string.Concat(layer.Select(c => char.IsLetterOrDigit(c) || c == '_' ? c : '-')).Replace("--", "-", StringComparison.Ordinal);
}
