using System.Globalization;
using System.Text.Json.Nodes;
using RnnActors.Cli.Display;
using RnnActors.Data.Wording;
using RnnActors.Training.Protocol;
using Spectre.Console;

namespace RnnActors.Cli.Reports;

/// <summary>A table of a cluster's runs.</summary>
internal static class RunTable
{
    /// <param name="now">The time from which the durations of runs are computed.</param>
    public static void Write(IAnsiConsole console, IReadOnlyList<RunSummary> runs, DateTimeOffset now)
    {
        if (runs.Count == 0)
        {
            console.WriteLine("The cluster has no runs.");
            return;
        }

        bool hasPriorities = runs.Any(run => run.Priority != 0);
        var table = new Table { Border = TableBorder.None };
        foreach (string name in (string[])["run", "name", "state"]) table.AddColumn(new TableColumn($"[grey]{name}[/]").PadLeft(2).NoWrap());
        foreach (string name in (string[])["step", "time"]) table.AddColumn(new TableColumn($"[grey]{name}[/]").RightAligned().PadLeft(2).NoWrap());
        if (hasPriorities) table.AddColumn(new TableColumn("[grey]priority[/]").RightAligned().PadLeft(2));
        foreach (string name in (string[])["submitted", "owner"]) table.AddColumn(new TableColumn($"[grey]{name}[/]").PadLeft(2));
        foreach (var run in runs)
        {
            string step = run.LastStep > 0 ? $"{Figures.Count(run.Step)}/{Figures.Count(run.LastStep)}" : run.Step > 0 ? Figures.Count(run.Step) : "";
            List<string> cells = [RunIds.Short(run.RunId), run.Name, run.StateForPeople, step, TimeOf(run, now)];
            if (hasPriorities) cells.Add(run.Priority.ToString(CultureInfo.InvariantCulture));
            cells.Add(run.SubmittedAt == 0 ? "" : Local(run.SubmittedAt).ToString("MM-dd HH:mm", CultureInfo.InvariantCulture));
            cells.Add(run.Owner ?? "");
            table.AddRow([.. cells.Select(Markup.Escape)]);
        }

        console.Write(table);
        foreach (var run in runs.Where(run => run.Waits is not null))
            console.MarkupLine(Markup.Escape($"{RunIds.Short(run.RunId)}: {run.Waits!.TrimEnd('.')}."));
        foreach (var run in runs.Where(run => run.Unaudited > 0))
            console.MarkupLine(Markup.Escape($"{RunIds.Short(run.RunId)}: {Figures.Plural(run.Unaudited, "step")} could not be audited."));
        foreach (var run in runs.Where(run => run.Message is not null))
            console.MarkupLine(Markup.Escape($"{RunIds.Short(run.RunId)}: {run.Message!.TrimEnd('.')}."));
    }

    public static void WriteJson(JsonLineWriter lines, IReadOnlyList<RunSummary> runs) => lines.Write("runs", ("runs", Json(runs)));

    public static JsonArray Json(IReadOnlyList<RunSummary> runs) => new([.. runs.Select(run => new JsonObject
    {
        ["run"] = run.RunId, ["name"] = run.Name, ["state"] = run.StateForPeople, ["step"] = run.Step, ["last_step"] = run.LastStep,
        ["steps_per_second"] = JsonLineWriter.Node(run.StepsPerSecond), ["loss"] = JsonLineWriter.Node(run.Loss), ["parameter_bytes"] = run.ParameterBytes,
        ["owner"] = run.Owner, ["priority"] = run.Priority, ["submitted"] = Iso(run.SubmittedAt), ["ended"] = Iso(run.EndedAt),
        ["parameters"] = run.Parameters, ["message"] = run.Message, ["unaudited_steps"] = run.Unaudited,
        ["waits"] = run.Waits,
    })]);

    /// <summary>The time from its submission to its end, or until now.</summary>
    private static string TimeOf(RunSummary run, DateTimeOffset now)
    {
        if (run.SubmittedAt == 0) return "";
        long until = RunSummary.IsOpen(run.State) ? now.ToUnixTimeMilliseconds() : run.EndedAt;
        return until == 0 ? "" : Figures.Duration(TimeSpan.FromMilliseconds(Math.Max(0, until - run.SubmittedAt)));
    }

    private static DateTimeOffset Local(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at).ToLocalTime();

    private static string? Iso(long at) =>
        at == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(at).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
