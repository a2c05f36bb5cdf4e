using RnnActors.Cli.Html;
using RnnActors.Data.Wording;
using RnnActors.Runs.Explanations;
using RnnActors.Runs.Pictures;
using TopValue = (string Input, string Step, string Feature, double Value);

namespace RnnActors.Cli.Explanations;

/// <summary>An explanation as a self-contained HTML file, styled like a run's report.</summary>
internal static class ExplanationPage
{
    private const int MaxUnitPlaces = 3, MaxPoints = 1000;

    /// <param name="parameters">The hash of the network's parameters.</param>
    /// <param name="command">The command that produces the page.</param>
    public static string Of(Explanation explanation, string parameters, string command)
    {
        string title = explanation.Row is { } row ? $"Row {row} of the {explanation.Part} part" : "A text";
        return HtmlPage.Of($"{title} explained", html =>
        {
            using (html.Open("header"))
            {
                html.Leaf("h1", $"{title}, explained");
                html.Leaf("p", explanation.Description);
            }

            Answer(html, explanation);
            Inputs(html, explanation);
            Gradients(html, explanation);
            for (int i = 0; i < explanation.Cells.Count; i++) Cell(html, explanation, i);
            Ranking(html, "Most certain", "most", explanation, explanation.MostCertain);
            Ranking(html, "Least certain", "least", explanation, explanation.LeastCertain);
            using (Section(html, "again", "Make it again"))
            {
                using (html.Open("pre", ("tabindex", "0"), ("aria-label", "Command"))) html.Command(command);
                using (html.Open("dl", ("class", "facts")))
                {
                    html.Leaf("dt", "parameters");
                    using (html.Open("dd")) html.Leaf("code", parameters);
                }
            }
        });
    }

    private static HtmlWriter.Element Section(HtmlWriter html, string id, string title)
    {
        HtmlWriter.Element section = html.Open("section", ("aria-labelledby", id));
        html.Leaf("h2", title, ("id", id));
        return section;
    }

    private static void Answer(HtmlWriter html, Explanation explanation)
    {
        bool isRight = explanation.Truth == explanation.Prediction;
        using (html.Open("section", ("class", isRight ? "verdict good" : "verdict plain"), ("aria-labelledby", "answer")))
        {
            using (html.Open("h2", ("id", "answer")))
            {
                if (isRight) html.Leaf("span", "✓", ("class", "sign"), ("aria-hidden", "true"));
                html.Text("What the network says");
            }

            using (html.Open("p", ("class", "headline")))
            {
                html.Text("The network says ");
                html.Leaf("strong", explanation.Prediction);
                if (isRight) html.Text(", which is right.");
                else if (explanation.Truth is { } truth)
                {
                    html.Text("; the truth is ");
                    html.Leaf("strong", truth);
                    html.Text(ExplanationLists.StopBehind(truth));
                }
                else html.Text(ExplanationLists.StopBehind(explanation.Prediction));
            }

            html.Leaf("p", $"Explained is {explanation.Explained}: {ExplanationLists.Plain(explanation.Output)}, and "
                + $"{ExplanationLists.Plain(explanation.Baseline)} where "
                + $"nothing is known of the inputs ({explanation.Unit}). By {ExplanationLists.NameOf(explanation.Method)}, the inputs add "
                + $"{ExplanationLists.Signed(explanation.Sum)} together.");
            foreach (string note in explanation.Notes) html.Leaf("p", note, ("class", "quiet"));
        }
    }

    private static void Inputs(HtmlWriter html, Explanation explanation)
    {
        using (Section(html, "inputs", "Which inputs drove it"))
        {
            bool hasText = explanation.Inputs.Any(input => input.Names.IsText), hasFeatures = explanation.Inputs.Any(input => !input.Names.IsText);
            string blue = !hasText ? "blue stripes" : hasFeatures ? "blue with dots beneath, or in stripes," : "blue with dots beneath";
            html.Leaf("p", $"Vermilion raised it, {blue} lowered it; the stronger the colour, the more.", ("class", "quiet"));
            foreach ((AttributedInput input, Plots.SignedHeatmap map) in explanation.Inputs.Zip(ExplanationPictures.OfInputs(explanation)))
            {
                if (input.Names.IsText)
                {
                    html.Leaf("h3", input.Names.Name);
                    SignedHeatHtml.WriteText(html, input.Names.Steps, [.. Enumerable.Range(0, input.Steps).Select(input.OfStep)], input.Names.IsJoined);
                }
                else
                {
                    SignedHeatHtml.Write(html, map with { Title = input.Names.Name }, map.Title, isWide: true);
                }
            }

            html.Leaf("h3", "What did most");
            // Columns with one value in all rows are left out.
            List<(string Title, Func<TopValue, string> Text)> columns = [("step", one => one.Step)];
            if (explanation.Inputs.Count > 1) columns.Insert(0, ("input", one => one.Input));
            if (hasFeatures) columns.Add(("value", one => one.Feature));
            columns.Add((explanation.Unit, one => ExplanationLists.Signed(one.Value)));
            Table(html, "What did most", [.. columns.Select(column => column.Title)], ExplanationLists.TopValues(explanation)
                .Select(one => (string[])[.. columns.Select(column => column.Text(one))]), [.. Enumerable.Range(0, columns.Count - 1)]);
            foreach (AttributedInput input in explanation.Inputs.Where(input => input.Features > 1))
            {
                string name = $"{input.Names.Name}, over all steps";
                html.Leaf("h3", name);
                Table(html, name, ["value", "sum", "sum of sizes"], ExplanationLists.Features(input)
                    .Select(one => (string[])[one.Feature, ExplanationLists.Signed(one.Sum), Figures.Number(one.Size)]), [0]);
            }
        }
    }

    private static void Gradients(HtmlWriter html, Explanation explanation)
    {
        if (explanation.Gradients.Count == 0) return;
        using (Section(html, "gradient", "How far back the gradient reaches"))
        {
            const string What = "The length of the gradient of what is explained with respect to each layer's state, so many steps back.";
            html.Leaf("p", What, ("class", "quiet"));
            if (explanation.Gradients.Any(flow => flow.Norms.Any(norm => norm > 0)))
                using (html.Open("figure", ("class", "wide"))) ChartHtml.Write(html, ChartOf(explanation.Gradients), What);
            using (html.Open("ul"))
                foreach (GradientFlow flow in explanation.Gradients) html.Leaf("li", $"{flow.Layer}: {ExplanationLists.Fate(flow)}.");
            IReadOnlyList<int> distances = ExplanationLists.Distances(explanation.Gradients);
            Table(html, "Length of the gradient by steps back", ["layer", .. distances.Select(distance => $"{distance}")],
                explanation.Gradients.Select(flow => (string[])[flow.Layer, .. distances.Select(distance => ExplanationLists.NormAt(flow, distance))]), [0]);
        }
    }

    private static Chart ChartOf(IReadOnlyList<GradientFlow> flows) => new("steps back", "length of the gradient")
    {
        IsCount = true,
        IsLogarithmic = true,
        // A norm of zero has no logarithm, and leaves a gap.
        Lines = [.. flows.Select(flow => Thinning.Of(LineOf(flow), MaxPoints))],
    };

    private static ChartLine LineOf(GradientFlow flow) => new(flow.Layer, ChartRole.Other,
        [.. Enumerable.Range(0, flow.Norms.Length).Select(distance => (double)distance)], [.. flow.Norms.Select(norm => norm > 0 ? norm : double.NaN)]);

    private static void Cell(HtmlWriter html, Explanation explanation, int number)
    {
        var cell = explanation.Cells[number];
        using (Section(html, $"cell{number}", $"{cell.Name}: its units over time"))
        {
            using (html.Open("div", ("class", "pictures")))
                foreach (var map in ExplanationPictures.OfLayer(cell, ExplanationPictures.StepsOf(explanation, cell)))
                    SignedHeatHtml.Write(html, map, null, isWide: false);
            if (explanation.Layers.FirstOrDefault(layer => layer.Layer == cell.Name) is not { } layer) return;
            bool correlates = layer.Units.Any(unit => unit.Correlations.Count > 0);
            using (html.Open("details"))
            {
                html.Leaf("summary", "What each unit responds to");
                Table(html, "What each unit responds to", ["unit", "from", "to", "highest at", .. correlates ? ["goes with"] : (string[])[]],
                    layer.Units.Select(unit => (string[])
                    [
                        $"{unit.Unit}", Figures.Number(unit.Lowest), Figures.Number(unit.Highest), ExplanationLists.PlacesOf(unit, MaxUnitPlaces),
                        .. correlates ? [ExplanationLists.CorrelationsOf(unit)] : (string[])[],
                    ]), [3, 4]);
            }
        }
    }

    private static void Ranking(HtmlWriter html, string title, string id, Explanation explanation, IReadOnlyList<RankedRow> rows)
    {
        if (rows.Count == 0) return;
        using (Section(html, id, title))
        {
            html.Leaf("p", $"By the {explanation.CertaintyName}.", ("class", "quiet"));
            Table(html, title, ["row", "example", "says", "truth", "certainty", "loss"], rows.Select(row => (string[])
                [$"{row.Row}", row.Shown, row.Prediction, row.Truth ?? "", Figures.Number(row.Certainty),
                    double.IsFinite(row.Loss) ? Figures.Number(row.Loss) : ""]), [1, 2, 3]);
        }
    }

    private static void Table(HtmlWriter html, string title, IReadOnlyList<string> header, IEnumerable<string[]> rows, int[] leftAligned) =>
        PictureHtml.Table(html, new PictureTable(header, [.. rows], leftAligned), title);
}
