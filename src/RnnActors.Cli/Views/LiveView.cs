using RnnActors.Cli.Display;
using RnnActors.Cli.Reports;
using RnnActors.Core.Training;
using RnnActors.Data.Findings;
using RnnActors.Data.Tasks;
using RnnActors.Data.Wording;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Reports;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Stories;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace RnnActors.Cli.Views;

/// <summary>A table that is redrawn while the run goes on. It stays at the end, with all warnings below it.</summary>
internal sealed class LiveView(Terminal terminal) : IRunView
{
    private const int LongestBar = 40, WarningsShown = 3;

    private readonly List<string> _warnings = [];
    private RunOverview? _run;
    private LiveDisplayContext? _live;

    public void Started(RunOverview run)
    {
        _run = run;
        var grid = new Grid();
        grid.AddColumn(new GridColumn().NoWrap());
        grid.AddColumn(new GridColumn().PadLeft(1));
        foreach ((string name, string value) in OverviewText.Lines(run)) grid.AddRow($"[grey]{name}[/]", Markup.Escape(value));
        terminal.Console.Write(grid);
        terminal.Console.WriteLine();
    }

    public void Warned(string warning)
    {
        if (_live is null) terminal.Console.MarkupLine($"[yellow]Warning:[/] {Markup.Escape(warning)}");
        else _warnings.Add(warning);
    }

    public void Found(Finding finding)
    {
        string colour = finding.Severity switch { FindingSeverity.Problem => "red", FindingSeverity.Warning => "yellow", _ => "grey" };
        if (_live is null) terminal.Console.MarkupLine($"[{colour}]{finding.Severity}:[/] {Markup.Escape(finding.Text)}.");
        else _warnings.Add($"{finding.Text}.");
    }

    public void Happened(TrainingEvent happened, RunStatus status)
    {
        if (happened is not (StepDone or EpochDone or CheckpointSaved)) _warnings.Add(EventText.Of(happened, _run!.Specification.Training.Epochs));
    }

    public void Refreshed(RunStatus status, bool isLast) => _live?.UpdateTarget(Draw(status, isLast ? _warnings.Count : WarningsShown));

    public Score? Scored(Func<Score?> measure) => terminal.Busy("measuring on the rows held back", measure);

    public async Task FollowAsync(Func<Task> follow)
    {
        await terminal.Console.Live(new Text("")).AutoClear(false).Overflow(VerticalOverflow.Crop).StartAsync(async context =>
        {
            _live = context;
            await follow().ConfigureAwait(false);
        }).ConfigureAwait(false);
        _live = null;
    }

    public void Finished(RunReport report) => ReportText.Write(terminal, report);

    public void Stopped(StopReport report) => ReportText.WriteStopped(terminal, report);

    public void Detached(DetachReport report) => ReportText.WriteDetached(terminal, report);

    private Rows Draw(RunStatus status, int warnings)
    {
        var progress = status.Progress;
        var grid = new Grid();
        foreach (int padding in (int[])[0, 2, 6, 2]) grid.AddColumn(new GridColumn().PadLeft(padding).NoWrap());
        string none = "[grey]–[/]";
        void Add(string left, string leftValue, string right, string rightValue) => grid.AddRow($"[grey]{left}[/]", leftValue, $"[grey]{right}[/]", rightValue);
        Add("epoch", $"{Math.Min(progress.Epoch + 1, _run!.Specification.Training.Epochs)} of {_run.Specification.Training.Epochs}",
            "step", $"{Figures.Count(progress.Step)} of {Figures.Count(_run.Plan.LastStep)}");
        Add("loss", status.Step is { } step ? Figures.Number(step.Loss) : none,
            "learning rate", status.Step is { } last ? Figures.Number(last.LearningRate) : none);
        Add("validation", status.ValidationLoss is { } loss ? Figures.Number(loss) : none,
            "best", progress.BestLoss is { } best ? $"[green]{Figures.Number(best)}[/] in epoch {progress.BestStep / _run.StepsPerEpoch}" : none);
        Add("tokens/s", Figures.Count((long)status.TokensPerSecond), "workers", Figures.Count(status.Workers));
        Add("elapsed", Figures.Duration(status.Elapsed), "left", status.TimeLeft is { } left ? Figures.Duration(left) : none);
        string checkpoint = status.Checkpoint is { } saved ? $"{Markup.Escape(Path.GetFileName(saved.Path))}  [grey]{saved.ParameterHash}[/]" : none;
        List<IRenderable> rows = [Bar(progress.Step), grid, new Markup($"[grey]checkpoint[/]  {checkpoint}")];
        rows.AddRange(_warnings.TakeLast(warnings).Select(warning => new Markup($"[yellow]{Markup.Escape(warning)}[/]")));
        return new Rows(rows);
    }

    private Markup Bar(long step)
    {
        double done = _run!.Plan.LastStep == 0 ? 1 : Math.Min(1, (double)step / _run.Plan.LastStep);
        int length = Math.Min(LongestBar, terminal.Console.Profile.Width - 10), full = (int)(done * length);
        char dash = terminal.Console.Profile.Capabilities.Unicode ? '━' : '=';
        return new Markup($"[green]{new string(dash, full)}[/][grey]{new string(dash, length - full)}[/] {100 * done:0} %");
    }
}
