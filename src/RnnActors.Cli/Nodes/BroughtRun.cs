using RnnActors.Cli.Display;
using RnnActors.Cli.Runs;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;
using RnnActors.Training.Addresses;
using RnnActors.Training.Client;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Events;
using RnnActors.Training.Hosting;

namespace RnnActors.Cli.Nodes;

/// <summary>A specification that a node brings to its own cluster, as any client would: brought by several nodes, or again, it is the same run.</summary>
internal sealed class BroughtRun
{
    private readonly string _name;
    private readonly RunSpecification _specification;
    private readonly TrainingJob _job;
    private readonly RunIdentity _identity;

    private BroughtRun(string name, RunSpecification specification, TrainingJob job, RunIdentity identity) =>
        (_name, _specification, _job, _identity) = (name, specification, job, identity);

    /// <exception cref="InvalidInputException">The specification or its data cannot be used.</exception>
    public static BroughtRun Load(string path)
    {
        var specification = RunSpecification.Load(path);
        var task = PreparedTasks.Load(specification);
        var job = new TrainingJob(PreparedTasks.CreateModel(specification, task), specification.Training, task.Train, task.Validation) { CheckpointEverySteps = specification.Checkpoint.EverySteps };
        job.CreatePlan();
        return new BroughtRun(
            Path.GetFileNameWithoutExtension(path), specification, job, new RunIdentity(specification.WithFullPaths().ToJson(), task.Preparation, task.DataHash));
    }

    /// <summary>Follows the run to its end, unless the node leaves before: the run then goes on without it.</summary>
    public async Task BringAsync(HostAndPort node, NodeOptions options, INodeView view, CancellationToken leaving)
    {
        void Say(string text) => view.Happened(new RunNews($"{_name}: {text}"));
        string folder = _specification.CheckpointDirectory ?? Path.Combine(options.EffectiveDataDirectory, "results", _name);
        var training = new ClusterTrainingOptions
        {
            Cluster = options.ForClient([node]),
            Name = _name,
            Folder = folder,
            KeepCheckpoints = _specification.Checkpoint.Keep,
            Datasets = new DatasetFile(DatasetFormats.All),
            AnswerTimeout = Timeout.InfiniteTimeSpan,
            StopsWhenCancelled = false,
            Observe = happened =>
            {
                if (happened is EpochDone epoch)
                    Say($"epoch {epoch.Progress.Epoch} of {_specification.Training.Epochs}, loss {Figures.Number(epoch.TrainingLoss)}{(epoch.ValidationLoss is { } loss ? $", validation {Figures.Number(loss)}" : "")}");
            },
        };
        try
        {
            var outcome = await ClusterTraining.RunAsync(_job, _identity, training, leaving).ConfigureAwait(false);
            Say($"{(outcome.IsComplete ? "done" : "stopped")} after step {outcome.State.Progress.Step}, parameters: {TrainingCheckpoint.Hash(_job.Model.Layout, TrainedRun.Result(_job.Training, outcome.State))}, in {folder}");
        }
        catch (OperationCanceledException)
        {
            // The node leaves.
        }
        catch (Exception e) when (e is InvalidInputException or NotANumberException or TrainingFailedException or IOException or UnauthorizedAccessException)
        {
            Say(e.Message.TrimEnd('.'));
        }
    }
}
