using RnnActors.Cli.Display;
using RnnActors.Data.Findings;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Judgements;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Stories;
using Spectre.Console;

namespace RnnActors.Cli.Reports;

/// <summary>What is known of a run before training: findings about data and model, and its expected time and memory.</summary>
internal static class FindingText
{
    public static async Task WriteAsync(Terminal terminal, PreparedRun run)
    {
        IReadOnlyList<Finding> findings = Judge.Of(run);
        if (findings.Count > 0) terminal.Console.WriteLine();
        foreach (Finding finding in findings) terminal.Output.WriteLine($"{finding.Severity}: {finding.Text}.");
        RunOverview measured = await CostMeasurement.MeasuredAsync(new RunOverview(run, RunFolder.NewFor(run.Name))).ConfigureAwait(false);
        if (measured.Expected is not { } expected) return;
        terminal.Console.WriteLine();
        terminal.Output.WriteLine($"To train it here takes {OverviewText.Of(expected)}.");
    }

    /// <summary>The same as JSON lines.</summary>
    public static async Task WriteJsonAsync(Terminal terminal, PreparedRun run)
    {
        var lines = new JsonLineWriter(terminal.Output);
        foreach (Finding finding in Judge.Of(run)) lines.Write("finding", Members(finding));
        RunOverview measured = await CostMeasurement.MeasuredAsync(new RunOverview(run, RunFolder.NewFor(run.Name))).ConfigureAwait(false);
        lines.Write(
            "inspected", ("name", run.Name), ("data_hash", run.Task.DataHash), ("parameter_count", run.Model.Layout.Count), ("last_step", run.Plan.LastStep),
            ("expected_seconds", measured.Expected?.Time.TotalSeconds), ("expected_memory_bytes", measured.Expected?.Memory));
    }

    public static (string Key, object? Value)[] Members(Finding finding) =>
        [("severity", finding.Severity.ToString().ToLowerInvariant()), ("key", finding.Key), ("message", finding.What), ("remedy", finding.Remedy)];
}
