using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using RnnActors.Data.Findings;
using RnnActors.Data.Wording;
using RnnActors.Runs.Pictures;
using RnnActors.Runs.Stories;

namespace RnnActors.Cli.Html;

/// <summary>A run's story as a self-contained page: no script, no other file, no other host. The verdict comes first.</summary>
internal static class StoryPage
{
    private const int MaxEvents = 120;

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="program">What precedes a command's name: <c>rnnactors</c>.</param>
    public static string Of(RunStory story, string program) => HtmlPage.Of($"{story.Name}: report", html =>
    {
        Head(html, story);
        Verdict(html, story);
        Asked(html, story);
        if (story.Score is { } score) Result(html, story, score);
        Learned(html, story);
        Happened(html, story);
        Again(html, story, program);
    });

    private static void Head(HtmlWriter html, RunStory story)
    {
        using (html.Open("header"))
        {
            html.Leaf("h1", story.Name);
            string when = story.Updated == default ? "" : $", {story.Updated.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC";
            html.Leaf("p", $"{story.Task}{when}", ("class", "quiet"));
        }
    }

    private static void Verdict(HtmlWriter html, RunStory story)
    {
        Verdict? verdict = story.Verdict;
        (string look, string sign, string word) = verdict?.Standing switch
        {
            Standing.Better => ("good", "✓", "Better than the simple baselines"),
            Standing.Near => ("near", "≈", "About as good as a simple baseline"),
            Standing.Worse => ("bad", "✗", "Not better than a simple baseline"),
            _ => ("near", "?", verdict is null ? "Not finished" : "Nothing to compare with"),
        };
        using (html.Open("section", ("class", $"verdict {look}"), ("aria-labelledby", "verdict")))
        {
            using (html.Open("h2", ("id", "verdict")))
            {
                html.Leaf("span", sign, ("class", "sign"), ("aria-hidden", "true"));
                html.Text(word);
            }

            if (verdict is null) html.Leaf("p", "The run has not come to its end; this is what is known of it.");
            else html.Prose("p", verdict.Headline, ("class", "headline"));
            foreach (string reason in verdict?.Reasons ?? []) html.Prose("p", reason);
            if (verdict is { Advice.Count: > 0 })
            {
                html.Leaf("h3", "What to try next");
                using (html.Open("ul"))
                {
                    foreach (string advice in verdict.Advice)
                        using (html.Open("li")) html.Command(advice);
                }
            }
        }

        using (html.Open("dl", ("class", "tiles")))
        {
            if (story.Score is { Deciding: { } deciding, Lines.Count: > 0 } score && score.Columns.Select((column, i) => (column, i))
                .FirstOrDefault(pair => pair.column.Key == deciding) is { column: { } metric } found)
                Tile(metric.Title, Figures.Number(score.Lines[0].Values[found.i]));
            if (verdict?.Margin is { } margin) Tile("against the best baseline", Signed(margin));
            if (story.Progress.Step > 0) Tile("steps", Figures.Count(story.Progress.Step));
            if (story.Result is { } result)
            {
                if (result.Seconds > 0) Tile("training", Figures.Duration(TimeSpan.FromSeconds(result.Seconds)));
                if (result.TokensPerSecond > 0) Tile("tokens/s", Figures.Count((long)result.TokensPerSecond));
                Tile("model parameters", Figures.Count(result.Parameters));
            }
        }

        void Tile(string name, string value)
        {
            using (html.Open("div"))
            {
                html.Leaf("dt", name);
                html.Leaf("dd", value);
            }
        }
    }

    private static string Signed(double margin) => Math.Abs(margin) >= 10
        ? $"{Figures.Number(Math.Round(1 - margin))} × its error"
        : $"{Figures.Number(Math.Abs(Math.Round(100 * margin, Math.Abs(margin) < 0.1 ? 1 : 0)))} % {(margin >= 0 ? "better" : "worse")}";

    private static void Asked(HtmlWriter html, RunStory story)
    {
        using (html.Open("section", ("aria-labelledby", "asked")))
        {
            html.Leaf("h2", "What was asked", ("id", "asked"));
            html.Leaf("p", story.Question);
            Facts(html, story.Facts.Where(fact => fact.Name != "data"));
            Findings(html, story.Findings);
            if (story.Notes.Count == 0) return;
            html.Leaf("h3", "Found in the data");
            using (html.Open("ul", ("class", "notes")))
            {
                foreach (string note in story.Notes)
                    using (html.Open("li")) html.Command(note);
            }
        }
    }

    /// <summary>What was known before training.</summary>
    private static void Findings(HtmlWriter html, IReadOnlyList<Finding> findings)
    {
        if (findings.Count == 0) return;
        html.Leaf("h3", "Found before training");
        using (html.Open("ul", ("class", "findings")))
        {
            foreach (Finding finding in findings)
                using (html.Open("li", ("class", finding.Severity.ToString().ToLowerInvariant())))
                {
                    html.Leaf("strong", $"{finding.Severity}: ");
                    html.Command($"{finding.What}. {finding.Remedy}.");
                }
        }
    }

    private static void Result(HtmlWriter html, RunStory story, StoryScore score)
    {
        using (html.Open("section", ("aria-labelledby", "result")))
        {
            html.Leaf("h2", "What came of it", ("id", "result"));
            ScoreHtml.Write(html, score);
            using (html.Open("div", ("class", "pictures")))
            {
                foreach (Picture picture in story.Pictures) PictureHtml.Write(html, picture);
                foreach (StoryGroup group in score.Groups) ScoreHtml.WriteGroup(html, group);
            }
        }
    }

    private static void Learned(HtmlWriter html, RunStory story)
    {
        IReadOnlyList<Picture> curves = CurvePictures.Of(story);
        if (curves.Count == 0) return;
        using (html.Open("section", ("aria-labelledby", "learned")))
        {
            html.Leaf("h2", "How it learned", ("id", "learned"));
            using (html.Open("div", ("class", "pictures")))
                foreach (Picture curve in curves) PictureHtml.Write(html, curve);
        }
    }

    private static void Happened(HtmlWriter html, RunStory story)
    {
        if (story.Machines.Count + story.Events.Count == 0) return;
        using (html.Open("section", ("aria-labelledby", "happened")))
        {
            html.Leaf("h2", "Machines and faults", ("id", "happened"));
            int faults = story.Events.Count(happened => happened.IsWarning);
            html.Leaf("p", faults == 0
                ? "Nothing failed on the way. The parameters are the same bits for any number of workers."
                : $"{Figures.Plural(faults, "fault")} on the way {(faults == 1 ? "was" : "were")} survived. The parameters are the same bits as without "
                    + $"{(faults == 1 ? "it" : "them")}.");
            if (story.Machines.Count > 0)
            {
                IReadOnlyList<string>[] rows = [.. story.Machines.Select(machine => (string[])[machine.Name, Figures.Count(machine.Workers),
                    $"from step {Figures.Count(machine.FromStep)}", StateOf(machine), machine.Description ?? ""])];
                bool isDescribed = story.Machines.Any(machine => machine.Description is not null);
                string[] header = ["machine", "workers", "took part", "state", "what it is"];
                PictureHtml.Table(html,
                    new PictureTable(isDescribed ? header : header[..4], isDescribed ? rows : [.. rows.Select(row => (IReadOnlyList<string>)[.. row.Take(4)])],
                    [0, 2, 3, 4]), "Machines");
            }

            StoryEvent[] shown = [.. story.Events.Where(happened => happened.Kind is not "checkpoint").TakeLast(MaxEvents)];
            if (shown.Length == 0) return;
            html.Leaf("h3", "Events");
            using (html.Open("ol", ("class", "events")))
            {
                foreach (StoryEvent happened in shown)
                    using (html.Open("li", ("class", happened.IsWarning ? "warning" : null)))
                    {
                        html.Leaf("span", $"step {Figures.Count(happened.Step)}", ("class", "quiet"));
                        html.Text($" {happened.Text}");
                    }
            }

            if (story.EventsLeftOut > 0) html.Leaf("p", $"{Figures.Count(story.EventsLeftOut)} more are not shown.", ("class", "quiet"));
        }
    }

    private static string StateOf(StoryMachine machine)
    {
        string text = machine.UntilStep is { } until ? $"{machine.State} after step {Figures.Count(until)}" : machine.State == StoryMachine.TakesPart
            ? "to the end"
            : machine.State;
        if (machine.Losses > (machine.State == StoryMachine.Lost ? 1 : 0)) text += $", lost {Figures.Plural(machine.Losses, "time")}";
        return machine.ShardsMoved > 0 ? $"{text}, {Figures.Plural(machine.ShardsMoved, "shard")} given to others" : text;
    }

    private static void Again(HtmlWriter html, RunStory story, string program)
    {
        using (html.Open("section", ("aria-labelledby", "again")))
        {
            html.Leaf("h2", "Make it again", ("id", "again"));
            if (story.Result is { } result)
            {
                html.Leaf("p", "The hash of the parameters is a function of specification, data and seed. The same commands give the same one, on any machine "
                    + "and any number of workers.");
                List<StoryFact> facts = [new("parameters", result.ParameterHash)];
                if (result.IsBest && result.BestLoss is { } loss)
                    facts.Add(new("which", $"the best: after step {Figures.Count(result.BestStep)}, validation loss {Figures.Number(loss)}"));
                if (result.Checkpoint is { } checkpoint) facts.Add(new("checkpoint", Path.GetFileName(checkpoint)));
                Facts(html, facts);
            }

            if (story.Hashes.Count > 0)
            {
                html.Leaf("p", "The hash of each run's parameters is a function of specification, data and seed.");
                Facts(html, story.Hashes.Take(MaxEvents), areCommands: true);
            }

            if (story.Commands.Count > 0)
            {
                html.Leaf("h3", story.Commands.Count == 1 ? "The command" : "The commands");
                using (html.Open("pre", ("tabindex", "0"), ("aria-label", "Commands"))) html.Command(string.Join('\n', story.Commands));
            }

            if (story.Next.Count > 0)
            {
                html.Leaf("h3", "Worth doing next");
                Facts(html, story.Next.Select(next => next with { Text = $"{program} {next.Text}" }), areCommands: true);
            }

            if (story.Specification.Length == 0) return;
            using (html.Open("details"))
            {
                html.Leaf("summary", "The specification, with its defaults");
                html.Leaf("pre", Indented(story.Specification), ("tabindex", "0"), ("aria-label", "Specification"));
            }
        }
    }

    private static string Indented(string json)
    {
        try
        {
            return JsonNode.Parse(json)!.ToJsonString(Readable);
        }
        catch (JsonException)
        {
            return json;
        }
    }

    private static void Facts(HtmlWriter html, IEnumerable<StoryFact> facts, bool areCommands = false)
    {
        using (html.Open("dl", ("class", "facts")))
        {
            foreach (StoryFact fact in facts)
            {
                html.Leaf("dt", fact.Name);
                using (html.Open("dd"))
                {
                    if (!areCommands && fact.Name is not ("parameters" or "data hash")) html.Text(fact.Text);
                    else using (html.Open("code")) html.Command(fact.Text);
                }
            }
        }
    }
}
