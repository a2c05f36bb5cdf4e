using RnnActors.Cli.Display;
using RnnActors.Cli.Plots;
using RnnActors.Data.Files;
using RnnActors.Data.Tasks;
using RnnActors.Data.Wording;
using RnnActors.Runs.Reports;
using RnnActors.Training.Protocol;
using Spectre.Console;

namespace RnnActors.Cli.Reports;

/// <summary>The summary at the end of a run, for people.</summary>
internal static class ReportText
{
    private const int PlotHeight = 10, MaxPlotWidth = 110;

    public static void Write(Terminal terminal, RunReport report)
    {
        var console = terminal.Console;
        console.WriteLine();
        if (report.WasFinished) console.WriteLine("This run is finished; nothing was left to train. What it reached:");
        if (report.Score is { } score)
        {
            if (score.Series.Count > 0) WritePlot(terminal, score.Series[0]);
            ScoreTable.Write(console, score, report.Story?.Verdict);
        }
        else
        {
            console.WriteLine("No rows were held back, so there is nothing to measure the network on. Give data.split a test part.");
        }

        console.WriteLine();
        Facts(report).Write(console);
        console.WriteLine();
        console.MarkupLine("[bold]Next[/]");
        foreach (var next in report.Next)
        {
            console.MarkupLine($"  [grey]{Markup.Escape(next.Purpose)}:[/]");
            terminal.Output.WriteLine($"    {terminal.Invocation.Of(next.Arguments)}"); // in one line, however long, so that it can be copied
        }
    }

    public static void WriteStopped(Terminal terminal, StopReport report)
    {
        var console = terminal.Console;
        console.WriteLine();
        console.MarkupLine($"[bold]Stopped{Markup.Escape(By(report.Signal))} after step {Figures.Count(report.Progress.Step)}.[/]");
        console.MarkupLine($"  parameters  {report.ParameterHash}");
        if (report.Checkpoint is { } checkpoint) console.MarkupLine($"  checkpoint  {Markup.Escape(ShownPath.Of(checkpoint))}");
        if (report.Resume is not { } resume)
        {
            console.WriteLine("There is no checkpoint to go on from: the same command begins the run.");
            return;
        }

        console.MarkupLine("Go on from there, to the same bits:");
        terminal.Output.WriteLine($"    {terminal.Invocation.Of(resume.Arguments)}");
    }

    /// <summary>Files with their descriptions; an SVG shares the line of its PNG.</summary>
    public static IEnumerable<(string Name, string Shown)> Listed(IReadOnlyList<string> files) => files
        .Where(file => !(PictureFile.IsSvg(file) && files.Contains(Path.ChangeExtension(file, ".png"))))
        .Select(file => (NameOf(file), ShownPath.Of(file) + (HasSvgBeside(file, files) ? ", .svg" : "")));

    private static bool HasSvgBeside(string file, IReadOnlyList<string> files) =>
        NameOf(file) == "plot" && !PictureFile.IsSvg(file) && files.Contains(Path.ChangeExtension(file, ".svg"));

    private static string NameOf(string path) => Path.GetExtension(path) switch { ".csv" => "table", ".html" => "report", _ => "plot" };

    /// <summary>Who stopped the run. A cluster's message already says it: <c>cancelled by ann@here</c>.</summary>
    private static string By(string signal) => signal.Contains(' ', StringComparison.Ordinal) ? $" ({signal})" : $" by {signal}";

    public static void WriteDetached(Terminal terminal, DetachReport report)
    {
        var console = terminal.Console;
        console.WriteLine();
        if (report.RunId is not { } runId)
        {
            console.WriteLine($"{report.Signal} came before the cluster had all that it needs of the run. Run the same command again to send the rest.");
            return;
        }

        console.MarkupLine($"[bold]Detached by {report.Signal}: the cluster goes on with run {Markup.Escape(RunIds.Short(runId))}.[/]");
        foreach (var next in report.Next)
        {
            console.MarkupLine($"  [grey]{Markup.Escape(next.Purpose)}:[/]");
            terminal.Output.WriteLine($"    {terminal.Invocation.Of(next.Arguments)}");
        }

        console.WriteLine("The same command as before also follows it again, and scores the result.");
    }

    private static FactList Facts(RunReport report)
    {
        var facts = new FactList();
        string what = report.IsBest
            ? $" (the best: after step {Figures.Count(report.Progress.BestStep)}, validation loss {Figures.Number(report.Progress.BestLoss ?? double.NaN)})"
            : "";
        facts.Add("parameters", $"[bold]{report.ParameterHash}[/]{what}");
        facts.Add("trained", $"{Figures.Plural(report.Progress.Step, "step")}, {Figures.Plural(report.Progress.Epoch, "epoch")}"
            + (report.Steps > 0 && report.Steps < report.Progress.Step ? $", of them {Figures.Count(report.Steps)} now" : "")
            + (report.Seconds > 0
                ? $" in {Figures.Duration(TimeSpan.FromSeconds(report.Seconds))}, {Figures.Count((long)report.TokensPerSecond)} tokens/s"
                : "")
            + (report.Progress.Stopped ? "; stopped early, since the validation loss did not improve any more" : ""));
        if (report.Checkpoint is { } checkpoint) facts.Add("checkpoint", Markup.Escape(ShownPath.Of(checkpoint)));
        foreach ((string name, string shown) in Listed(report.Plots)) facts.Add(name, Markup.Escape(shown));
        return facts;
    }

    /// <summary>Prints predicted and actual values as a text plot; nothing if the terminal is too narrow.</summary>
    public static void WritePlot(Terminal terminal, ComparedSeries series)
    {
        int width = Math.Min(terminal.Console.Profile.Width - 2, MaxPlotWidth);
        if (width < 30) return;
        terminal.Console.MarkupLine($"[bold]{Markup.Escape(series.Name)}[/], {Markup.Escape(series.Meaning)}");
        Func<TextPlotInk, string, string>? paint = terminal.Console.Profile.Capabilities.ColorSystem == ColorSystem.NoColors ? null : Paint;
        foreach (string line in TextPlot.Draw(series.Actual, series.Predicted, width, PlotHeight, terminal.Characters, paint, series.Times))
        {
            if (paint is null) terminal.Console.WriteLine(line);
            else terminal.Console.MarkupLine(line);
        }

        terminal.Console.WriteLine();
    }

    private static string Paint(TextPlotInk ink, string text) => ink switch
    {
        TextPlotInk.Actual => $"[deepskyblue1]{text}[/]",
        TextPlotInk.Predicted => $"[darkorange3]{text}[/]",
        TextPlotInk.Both => $"[green3]{text}[/]",
        _ => text,
    };
}
