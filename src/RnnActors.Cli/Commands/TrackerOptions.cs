using System.CommandLine;
using RnnActors.Core.Problems;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Trackers;
using RnnActors.Runs.Trackers.Mlflow;
using RnnActors.Runs.Trackers.TensorBoard;

namespace RnnActors.Cli.Commands;

/// <summary>Options for trackers: other programs that follow a run, for commands that train.</summary>
internal sealed class TrackerOptions
{
    private readonly Option<string?> _tensorBoard = new("--tensorboard")
    {
        Description = "Write TensorBoard's events into a folder of this one: scalars, histograms of parameters, texts, pictures.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _mlflow = new("--mlflow")
    {
        Description = $"Send the run to a server of MLflow. {MlflowOptions.TokenVariable}, or {MlflowOptions.UserVariable} and "
            + $"{MlflowOptions.PasswordVariable}, say who you are.",
        HelpName = "URL",
    };

    private readonly Option<string?> _experiment = new("--mlflow-experiment")
    {
        Description = $"The experiment there, {MlflowOptions.DefaultExperiment} without it. It is made where there is none.",
        HelpName = "NAME",
    };

    public void AddTo(Command command)
    {
        command.Add(_tensorBoard);
        command.Add(_mlflow);
        command.Add(_experiment);
    }

    /// <exception cref="InvalidInputException">A tracker is asked for.</exception>
    public void Refuse(ParseResult parsed, string reason)
    {
        foreach (Option<string?> option in (Option<string?>[])[_tensorBoard, _mlflow])
            if (parsed.GetValue(option) is not null)
                throw new InvalidInputException($"{option.Name} tracks a single run, and {reason}", "Leave one of them out");
    }

    /// <param name="folder">The run's folder.</param>
    /// <exception cref="InvalidInputException">A folder cannot be written to, or an address is invalid.</exception>
    public IReadOnlyList<ITracker> Open(ParseResult parsed, RunFolder folder)
    {
        List<ITracker> trackers = [];
        if (parsed.GetValue(_tensorBoard) is { } directory) trackers.Add(new TensorBoardTracker(directory, Path.GetFileName(folder.Path)));
        if (parsed.GetValue(_mlflow) is { } server)
            trackers.Add(new MlflowTracker(MlflowOptions.Parse(server, parsed.GetValue(_experiment), Environment.GetEnvironmentVariable)));
        else if (parsed.GetValue(_experiment) is not null)
            throw new InvalidInputException("--mlflow-experiment names an experiment, and no server is given", "Give --mlflow URL");
        return trackers;
    }
}
