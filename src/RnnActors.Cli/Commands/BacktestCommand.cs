using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Cli.Nodes;
using RnnActors.Cli.Telemetry;
using RnnActors.Cli.Views;
using RnnActors.Data.Specifications;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Sessions;

namespace RnnActors.Cli.Commands;

/// <summary><c>backtest</c>: forecasts from rolling origins, each as if no later row existed.</summary>
internal static class BacktestCommand
{
    private const int DefaultOrigins = 6, DefaultInQueue = 8;

    public static Command Create(Terminal terminal)
    {
        var what = new Argument<string>("what") { Description = "A specification (.json) of a forecast, or a table." };
        var keys = new SpecificationOptions();
        var origins = CommandOptions.AtLeast("--origins", 1,
            $"How many times to forecast; the last time at the end of the data. The default is {DefaultOrigins}.");
        var every = CommandOptions.AtLeast("--every", 1, "Rows from one origin to the next. The default is the horizon.");
        var once = new Option<bool>("--no-retrain") { Description = "Train once, on the rows before the first origin, and not anew at each." };
        var parallel = CommandOptions.AtLeast("--parallel", 1,
            "Origins that train side by side and share the threads; on a cluster, origins in its queue at once. No bit of the result depends on it. "
            + $"The default is 1, and {DefaultInQueue} on a cluster.");
        var workers = CommandOptions.Workers();
        var directory = CommandOptions.Out();
        var noPlot = CommandOptions.NoPlot();
        var json = CommandOptions.Json();
        var otlp = CommandOptions.Otlp();
        var command = new Command("backtest", "Forecasts again and again from earlier rows, as if no later one had come, and tells how good that was.")
        {
            what, origins, every, once, parallel, workers, directory, noPlot, json, otlp,
        };
        var shown = new PlotChoice("plot-");
        foreach (Option option in shown.All) command.Add(option);
        keys.AddTo(command);
        var cluster = new ClusterChoice();
        cluster.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var contacts = cluster.Read(parsed, parsed.GetValue(workers));
            using var problems = new LateProblems(terminal);
            using var export = OtlpExport.Start(parsed.GetValue(otlp), contacts is not null, problems.Add);
            (string name, RunSpecification specification) = keys.Resolve(parsed, parsed.GetRequiredValue(what));
            int count = parsed.GetValue(origins) ?? DefaultOrigins;
            var folder = new RunFolder(parsed.GetValue(directory) ?? specification.CheckpointDirectory ?? Path.Combine("runs", $"{name}-backtest"));
            var backtest = new Backtest(name, specification, folder, count, parsed.GetValue(every) ?? specification.Task.HorizonOf(specification.Data) ?? 1)
            {
                Threads = parsed.GetValue(workers),
                Cluster = contacts,
                Retrain = !parsed.GetValue(once),
                AtOnce = parsed.GetValue(parallel) ?? (contacts is null ? 1 : DefaultInQueue),
                Shown = shown.Read(parsed),
            };
            return await BacktestRun.RunAsync(terminal, parsed.GetValue(json), backtest, name, specification, folder, count, !parsed.GetValue(noPlot))
                .ConfigureAwait(false);
        });
        return command;
    }
}
