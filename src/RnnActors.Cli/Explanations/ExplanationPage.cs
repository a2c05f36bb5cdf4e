using System.Globalization;
using System.Net;
using System.Text;
using RnnActors.Cli.Plots;
using RnnActors.Data.Wording;
using RnnActors.Runs.Explanations;

namespace RnnActors.Cli.Explanations;

/// <summary>An explanation as one HTML file that needs nothing else: no script, no address but its own. Whatever comes from data is escaped.</summary>
internal static class ExplanationPage
{
    private const int MostUnitPlaces = 3;

    private const string Style =
        """
        :root{color-scheme:light dark;--text:#24292f;--quiet:#59636e;--back:#fff;--line:#d1d9e0}
        @media(prefers-color-scheme:dark){:root{--text:#e6edf3;--quiet:#9198a1;--back:#0d1117;--line:#3d444d}}
        @media print{:root{--text:#000;--quiet:#444;--back:#fff;--line:#999}}
        body{font:16px/1.5 system-ui,sans-serif;color:var(--text);background:var(--back);max-width:60rem;margin:0 auto;padding:1rem}
        h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}figure{margin:1rem 0}figcaption,.quiet{color:var(--quiet);font-size:.9rem}
        table{border-collapse:collapse;display:block;overflow-x:auto}th,td{text-align:left;padding:.2rem .8rem .2rem 0;border-bottom:1px solid var(--line);vertical-align:top}
        th{color:var(--quiet);font-weight:normal}td.n{font-variant-numeric:tabular-nums;white-space:nowrap}
        .map{display:grid;grid-template-columns:auto 1fr;gap:.2rem .5rem}.map img{width:100%;image-rendering:pixelated;border:1px solid var(--line)}
        .names{display:flex;flex-direction:column;justify-content:space-around;font-size:.75rem;color:var(--quiet);text-align:right;line-height:1}
        .ends{grid-column:2;display:flex;justify-content:space-between;font-size:.75rem;color:var(--quiet)}
        .text{line-height:2;overflow-wrap:anywhere}.text span{color:#000;padding:.1rem;border-radius:.2rem}
        svg{max-width:100%;height:auto}svg text{fill:var(--quiet);font:12px system-ui,sans-serif}
        """;

    private static readonly string[] Palette = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"];

    /// <param name="parameters">The hash of the network's parameters.</param>
    /// <param name="command">The command that makes the page again.</param>
    public static string Of(Explanation explanation, string parameters, string command)
    {
        var page = new StringBuilder();
        string title = explanation.Row is { } row ? $"Row {row} of the {explanation.Part} part" : "A text";
        page.Append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, "
            + "initial-scale=1\">");
        page.Append(CultureInfo.InvariantCulture, $"<title>{E(title)} explained</title><style>{Style}</style></head><body><main>\n");
        page.Append(CultureInfo.InvariantCulture, $"<h1>{E(title)}, explained</h1><p>{E(explanation.Description)}</p>\n");
        string truth = explanation.Truth is not { } known ? "" : known == explanation.Prediction ? ", which is right"
            : $"; the truth is <strong>{E(known)}</strong>";
        page.Append(CultureInfo.InvariantCulture,
            $"<p>The network says <strong>{E(explanation.Prediction)}</strong>{truth}. Explained is {E(explanation.Explained)}: "
            + $"{Figures.Number(explanation.Output)}, ");
        page.Append(CultureInfo.InvariantCulture, $"and {Figures.Number(explanation.Baseline)} where nothing is known of the inputs ({E(explanation.Unit)}). ");
        page.Append(CultureInfo.InvariantCulture,
            $"By {ExplanationLists.NameOf(explanation.Method)}, the inputs add {ExplanationLists.Signed(explanation.Sum)} together.</p>\n");
        foreach (string note in explanation.Notes) page.Append(CultureInfo.InvariantCulture, $"<p class=\"quiet\">{E(note)}</p>\n");
        page.Append("<h2>Which inputs drove it</h2><p class=\"quiet\">Vermilion raised it, blue lowered it; the stronger the colour, the more.</p>\n");
        foreach (var (input, map) in explanation.Inputs.Zip(ExplanationPictures.OfInputs(explanation)))
        {
            if (input.Names.IsText) Text(page, input);
            else Map(page, map, input.Names.Name);
        }

        bool hasFeatures = explanation.Inputs.Any(input => !input.Names.IsText);
        Table(page, "What did most", ["input", "step", .. hasFeatures ? ["value"] : (string[])[], explanation.Unit],
            ExplanationLists.TopValues(explanation)
            .Select(one => (string[])[one.Input, one.Step, .. hasFeatures ? [one.Feature] : (string[])[], ExplanationLists.Signed(one.Value)]));
        foreach (var input in explanation.Inputs.Where(input => input.Features > 1))
            Table(page, $"{input.Names.Name}, over all steps", ["value", "sum", "sum of sizes"],
                ExplanationLists.Features(input).Select(one => (string[])[one.Feature, ExplanationLists.Signed(one.Sum), Figures.Number(one.Size)]));
        Gradients(page, explanation);
        Cells(page, explanation);
        Ranking(page, "Most certain", explanation, explanation.MostCertain);
        Ranking(page, "Least certain", explanation, explanation.LeastCertain);
        page.Append(CultureInfo.InvariantCulture,
            $"<h2>Again</h2><p><code>{E(command)}</code></p><p class=\"quiet\">parameters: {E(parameters)}</p>\n</main></body></html>\n");
        return page.ToString();
    }

    private static string E(string text) => WebUtility.HtmlEncode(text);

    private static void Text(StringBuilder page, AttributedInput input)
    {
        double most = Math.Max(1e-12, input.Values.Max(Math.Abs));
        page.Append(CultureInfo.InvariantCulture, $"<h3>{E(input.Names.Name)}</h3><p class=\"text\">");
        for (int t = 0; t < input.Steps; t++)
        {
            double value = input.OfStep(t), share = Math.Abs(value) / most;
            (int r, int g, int b) = value > 0 ? (213, 94, 0) : (0, 114, 178);
            int Mix(int colour) => (int)(255 - (share * 0.85 * (255 - colour)));
            page.Append(CultureInfo.InvariantCulture,
                $"<span title=\"{ExplanationLists.Signed(value)}\" "
                + $"style=\"background:rgb({Mix(r)},{Mix(g)},{Mix(b)})\">{E(input.Names.Steps[t])}</span>{(input.Names.IsJoined ? "" : " ")}");
        }

        page.Append("</p>\n");
    }

    private static void Map(StringBuilder page, SignedHeatmap map, string what)
    {
        const int Least = 40, Each = 14, Most = 420, MostNames = 24;
        int height = Math.Clamp(map.Rows.Count * Each, Least, Most), step = (map.Rows.Count + MostNames - 1) / MostNames;
        page.Append(CultureInfo.InvariantCulture,
            $"<figure><div class=\"map\"><div class=\"names\" "
            + $"style=\"height:{height}px\">{string.Concat(map.Rows.Where((_, i) => i % step == 0).Select(name => $"<span>{E(name)}</span>"))}</div>");
        page.Append(CultureInfo.InvariantCulture,
            $"<img src=\"{PixelImage.Of(map)}\" alt=\"Heat map: {E(what)}, {map.Rows.Count} rows over {map.Columns.Count} steps\" "
            + $"style=\"height:{height}px\">");
        page.Append(CultureInfo.InvariantCulture,
            $"<div class=\"ends\"><span>{E(map.Columns[0])}</span><span>{E(map.Columns[map.Columns.Count / 2])}</span>"
            + $"<span>{E(map.Columns[^1])}</span></div></div>");
        page.Append(CultureInfo.InvariantCulture, $"<figcaption>{E(map.Title)}</figcaption></figure>\n");
    }

    private static void Gradients(StringBuilder page, Explanation explanation)
    {
        if (explanation.Gradients.Count == 0) return;
        page.Append("<h2>How far back the gradient reaches</h2><p class=\"quiet\">The length of the gradient of what is explained with respect to each layer's "
            + "state, so many steps back.</p>\n");
        Curves(page, explanation.Gradients);
        page.Append("<ul>");
        foreach (var flow in explanation.Gradients) page.Append(CultureInfo.InvariantCulture, $"<li>{E($"{flow.Layer}: {ExplanationLists.Fate(flow)}.")}</li>");
        page.Append("</ul>\n");
        IReadOnlyList<int> distances = ExplanationLists.Distances(explanation.Gradients);
        Table(page, "", ["layer", .. distances.Select(distance => $"{distance}")],
            explanation.Gradients.Select(flow => (string[])[flow.Layer, .. distances.Select(distance => ExplanationLists.NormAt(flow, distance))]));
    }

    /// <summary>Curves on a logarithmic axis.</summary>
    private static void Curves(StringBuilder page, IReadOnlyList<GradientFlow> flows)
    {
        const int Width = 800, Height = 300, Left = 70, Bottom = 30, Top = 10, Right = 10;
        double[] positive = [.. flows.SelectMany(flow => flow.Norms).Where(norm => norm > 0)];
        if (positive.Length == 0) return;
        double low = Math.Floor(Math.Log10(positive.Min())), high = Math.Max(low + 1, Math.Ceiling(Math.Log10(positive.Max())));
        int most = Math.Max(1, flows.Max(flow => flow.Norms.Length) - 1);
        string X(double distance) => (Left + (distance / most * (Width - Left - Right))).ToString("0.#", CultureInfo.InvariantCulture);
        string Y(double log) => (Height - Bottom - ((log - low) / (high - low) * (Height - Bottom - Top))).ToString("0.#", CultureInfo.InvariantCulture);
        page.Append(CultureInfo.InvariantCulture,
            $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"Length of the gradient by steps back, logarithmic\">");
        int every = Math.Max(1, (int)Math.Ceiling((high - low) / 6));
        for (int power = (int)low; power <= high; power += every)
            page.Append(CultureInfo.InvariantCulture,
                $"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(power)}\" y2=\"{Y(power)}\" stroke=\"var(--line)\"/><text x=\"{Left - 6}\" "
                + $"y=\"{Y(power)}\" text-anchor=\"end\">1e{power}</text>");
        page.Append(CultureInfo.InvariantCulture,
            $"<text x=\"{Left}\" y=\"{Height - 8}\">0</text><text x=\"{Width - Right}\" y=\"{Height - 8}\" text-anchor=\"end\">{most} steps back</text>");
        for (int i = 0; i < flows.Count; i++)
        {
            var points = Enumerable.Range(0, flows[i].Norms.Length).Where(k => flows[i].Norms[k] > 0).Select(k => $"{X(k)},{Y(Math.Log10(flows[i].Norms[k]))}");
            string dash = i / Palette.Length % 2 == 1 ? " stroke-dasharray=\"6 4\"" : "";
            page.Append(CultureInfo.InvariantCulture,
                $"<polyline points=\"{string.Join(' ', points)}\" fill=\"none\" stroke=\"{Palette[i % Palette.Length]}\" stroke-width=\"2.5\"{dash}/>");
        }

        page.Append("</svg><p>");
        for (int i = 0; i < flows.Count; i++) page.Append(CultureInfo.InvariantCulture,
            $"<span style=\"color:{Palette[i % Palette.Length]}\" aria-hidden=\"true\">━</span> {E(flows[i].Layer)}&emsp;");
        page.Append("</p>\n");
    }

    private static void Cells(StringBuilder page, Explanation explanation)
    {
        foreach (var cell in explanation.Cells)
        {
            page.Append(CultureInfo.InvariantCulture, $"<h2>{E(cell.Name)}: its units over time</h2>\n");
            foreach (var map in ExplanationPictures.OfLayer(cell, ExplanationPictures.StepsOf(explanation, cell))) Map(page, map, map.Title);
            if (explanation.Layers.FirstOrDefault(layer => layer.Layer == cell.Name) is not { } layer) continue;
            bool correlates = layer.Units.Any(unit => unit.Correlations.Count > 0);
            page.Append("<details><summary>What each unit responds to</summary>");
            Table(page, "", ["unit", "from", "to", "highest at", .. correlates ? ["goes with"] : (string[])[]], layer.Units.Select(unit => (string[])
            [
                $"{unit.Unit}", Figures.Number(unit.Lowest), Figures.Number(unit.Highest), ExplanationLists.PlacesOf(unit, MostUnitPlaces),
                .. correlates ? [ExplanationLists.CorrelationsOf(unit)] : (string[])[],
            ]));
            page.Append("</details>\n");
        }
    }

    private static void Ranking(StringBuilder page, string title, Explanation explanation, IReadOnlyList<RankedRow> rows)
    {
        if (rows.Count == 0) return;
        page.Append(CultureInfo.InvariantCulture, $"<h2>{title}</h2><p class=\"quiet\">By the {E(explanation.CertaintyName)}.</p>\n");
        Table(page, "", ["row", "", "says", "truth", "certainty", "loss"], rows.Select(row => (string[])
            [$"{row.Row}", row.Shown, row.Prediction, row.Truth ?? "", Figures.Number(row.Certainty),
                double.IsFinite(row.Loss) ? Figures.Number(row.Loss) : ""]));
    }

    private static void Table(StringBuilder page, string title, IReadOnlyList<string> header, IEnumerable<string[]> rows)
    {
        if (title.Length > 0) page.Append(CultureInfo.InvariantCulture, $"<h3>{E(title)}</h3>");
        page.Append(CultureInfo.InvariantCulture,
            $"<table><thead><tr>{string.Concat(header.Select(name => $"<th scope=\"col\">{E(name)}</th>"))}</tr></thead><tbody>");
        foreach (string[] row in rows) page.Append(CultureInfo.InvariantCulture, $"<tr>{string.Concat(row.Select(cell => $"<td>{E(cell)}</td>"))}</tr>");
        page.Append("</tbody></table>\n");
    }
}
