using System.Text.Json.Nodes;
using RnnActors.Cli.Display;
using RnnActors.Cli.Reports;
using RnnActors.Core.Metrics;
using RnnActors.Core.Training;
using RnnActors.Data.Findings;
using RnnActors.Data.Tasks;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Reports;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Stories;

namespace RnnActors.Cli.Views;

/// <summary>Prints JSON objects, one a line, for programs. Of the steps, one a second and the last.</summary>
internal sealed class JsonView(Terminal terminal) : IRunView
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly JsonLineWriter _lines = new(terminal.Output);
    private TimeSpan _said = -Interval;
    private long _saidStep = -1;

    public void Started(RunOverview run) => _lines.Write(
        "start",
        ("name", run.Name), ("task", run.Specification.Task.Name), ("data_hash", run.Task.DataHash),
        ("parameter_count", run.Model.Layout.Count), ("seed", run.Specification.Training.Seed), ("workers", run.Teams.Workers), ("threads", run.Teams.Threads),
        ("arrangement", run.Arrangement?.Reason.ToString().ToLowerInvariant()), ("shards", run.Specification.Training.Shards),
        ("step", run.Start.Step), ("last_step", run.Plan.LastStep), ("steps_per_epoch", run.StepsPerEpoch), ("epochs", run.Specification.Training.Epochs),
        ("expected_seconds", run.Expected?.Time.TotalSeconds), ("expected_memory_bytes", run.Expected?.Memory),
        ("folder", run.Folder.Path), ("specification", JsonNode.Parse(run.Specification.ToJson())));

    public void Warned(string warning) => _lines.Write("warning", ("message", warning));

    public void Found(Finding finding) => _lines.Write("finding", FindingText.Members(finding));

    public void Happened(TrainingEvent happened, RunStatus status)
    {
        if (JsonEvents.Of(happened, status) is var (name, members)) _lines.Write(name, members);
    }

    public void Refreshed(RunStatus status, bool isLast)
    {
        if (status.Step is not { } step || step.Progress.Step == _saidStep || (!isLast && status.Elapsed - _said < Interval)) return;
        (_said, _saidStep) = (status.Elapsed, step.Progress.Step);
        _lines.Write(
            "step", ("step", step.Progress.Step), ("loss", step.Loss), ("gradient_norm", step.GradientNorm), ("learning_rate", step.LearningRate),
            ("tokens_per_second", status.TokensPerSecond), ("seconds", status.Elapsed.TotalSeconds), ("seconds_left", status.TimeLeft?.TotalSeconds));
    }

    public void Finished(RunReport report) => _lines.Write(
        "done",
        ("parameters", report.ParameterHash), ("steps", report.Progress.Step), ("epochs", report.Progress.Epoch), ("seconds", report.Seconds),
        ("tokens_per_second", report.TokensPerSecond), ("metrics", report.Score?.Metrics ?? MetricList.Empty),
        ("baselines", Baselines(report.Score)), ("rows", report.Score?.Rows), ("standardised", report.Score?.Standardised),
        ("checkpoint", report.Checkpoint), ("best", Best(report)), ("stopped_early", report.Progress.Stopped), ("was_finished", report.WasFinished),
        ("breakdown", Breakdown(report.Score)), ("groups", Groups(report.Score)), ("intervals", Intervals(report.Score)),
        ("confusion", Confusion(report.Score)), ("plots", report.Plots),
        ("verdict", Verdict(report.Story?.Verdict)));

    public void Stopped(StopReport report) => _lines.Write(
        "stopped", ("signal", report.Signal), ("parameters", report.ParameterHash), ("steps", report.Progress.Step), ("epochs", report.Progress.Epoch),
        ("checkpoint", report.Checkpoint), ("resume", report.Resume is { } resume ? terminal.Invocation.Of(resume.Arguments) : null));

    public void Detached(DetachReport report) => _lines.Write(
        "detached", ("signal", report.Signal), ("run", report.RunId),
        ("next", new JsonObject(report.Next.Select(next => KeyValuePair.Create(
            next.Arguments[0], (JsonNode?)JsonValue.Create(terminal.Invocation.Of(next.Arguments)))))));

    public static JsonObject Baselines(Score? score)
    {
        var all = new JsonObject();
        foreach (var baseline in score?.Baselines ?? [])
        {
            JsonObject figures = JsonLineWriter.Node(baseline.Metrics)!.AsObject();
            if (Breakdown(baseline.Breakdown) is { } parts) figures["breakdown"] = parts;
            all[baseline.Key] = figures;
        }

        return all;
    }

    /// <summary>The metrics of each target or class separately; null if there is only one.</summary>
    public static JsonObject? Breakdown(Score? score) => Breakdown(score?.Breakdown ?? []);

    private static JsonObject? Breakdown(IReadOnlyList<NamedMetrics> parts)
    {
        if (parts.Count == 0) return null;
        var all = new JsonObject();
        foreach (var part in parts) all[part.Key] = JsonLineWriter.Node(part.Metrics);
        return all;
    }

    /// <summary>The metrics of parts of the rows, with the best baseline's deciding metric; null if there are none.</summary>
    public static JsonObject? Groups(Score? score)
    {
        if (score is null || score.Groups.Count == 0) return null;
        var all = new JsonObject();
        foreach (var group in score.Groups)
        {
            var parts = new JsonObject();
            for (int i = 0; i < group.Parts.Count; i++)
            {
                var part = (JsonObject)JsonLineWriter.Node(group.Parts[i].Metrics)!;
                if (group.BaselineParts is { } rivals) part["rival"] = JsonLineWriter.Node(rivals[i]);
                parts[group.Parts[i].Key] = part;
            }

            all[group.Key] = new JsonObject { ["metric"] = score.DecidingMetric, ["rival"] = group.Baseline, ["parts"] = parts };
        }

        return all;
    }

    /// <summary>How well intervals cover the observed values; null if there are none.</summary>
    public static JsonArray? Intervals(Score? score) => score is null || score.Intervals.Count == 0 ? null : new JsonArray(
        [.. score.Intervals.Select(interval => new JsonObject
        {
            ["level"] = interval.Level,
            ["coverage"] = interval.Coverage,
            ["width"] = interval.Width,
            ["is_reached"] = interval.IsReached,
        })]);

    /// <summary>The confusion matrix, with the names of rows and columns; null if there is none.</summary>
    public static JsonObject? Confusion(Score? score) => score?.Heatmap is not { AreCounts: true } counts ? null : new JsonObject
    {
        ["labels"] = JsonLineWriter.Node(counts.Rows),
        ["counts"] = new JsonArray([.. Enumerable.Range(0, counts.Rows.Count).Select(row => new JsonArray(
            [.. Enumerable.Range(0, counts.Columns.Count).Select(column => (JsonNode?)JsonValue.Create((long)counts.Values[row, column]))]))]),
    };

    /// <summary>Whether the network is better than its baselines, and what its losses show; null without a verdict.</summary>
    public static JsonObject? Verdict(Verdict? verdict) => verdict is null ? null : new JsonObject
    {
        ["standing"] = verdict.Standing.ToString().ToLowerInvariant(),
        ["fit"] = verdict.Fit.ToString().ToLowerInvariant(),
        ["margin"] = JsonLineWriter.Node(verdict.Margin),
        ["headline"] = verdict.Headline,
        ["reasons"] = JsonLineWriter.Node(verdict.Reasons),
        ["advice"] = JsonLineWriter.Node(verdict.Advice),
    };

    private static JsonObject? Best(RunReport report) => report.Progress.BestLoss is not { } loss ? null : new JsonObject
    {
        ["validation_loss"] = JsonLineWriter.Node(loss),
        ["step"] = report.Progress.BestStep,
        ["epoch"] = report.Progress.BestStep / report.StepsPerEpoch,
    };
}
