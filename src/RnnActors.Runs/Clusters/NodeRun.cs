using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Data.Specifications;
using RnnActors.Data.Wording;
using RnnActors.Runs.Preparing;
using RnnActors.Training.Addresses;
using RnnActors.Training.Client;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Events;
using RnnActors.Training.Hosting;

namespace RnnActors.Runs.Clusters;

/// <summary>A specification that a node submits to its own cluster, as any client would. Submitted by several nodes, or again, it is the same run.</summary>
public sealed class NodeRun
{
    private readonly PreparedRun _run;

    private NodeRun(PreparedRun run) => _run = run;

    /// <exception cref="InvalidInputException">The specification or its data cannot be used.</exception>
    public static NodeRun Load(string path) => new(PreparedRun.Create(Path.GetFileNameWithoutExtension(path), RunSpecification.Load(path)));

    /// <summary>Submits the run and follows it to its end. If the node leaves before, the run goes on without it.</summary>
    public async Task SubmitAsync(HostAndPort node, NodeOptions options, INodeView view, CancellationToken leaving)
    {
        void Say(string text) => view.Happened(new RunNews($"{_run.Name}: {text}"));
        string folder = _run.Specification.CheckpointDirectory ?? Path.Combine(options.EffectiveDataDirectory, "results", _run.Name);
        var training = new ClusterTrainingOptions
        {
            Cluster = options.ForClient([node]),
            Name = _run.Name,
            Folder = folder,
            KeepCheckpoints = _run.Specification.Checkpoint.Keep,
            Datasets = new DatasetFile(TaskKinds.DatasetFormats),
            AnswerTimeout = Timeout.InfiniteTimeSpan,
            Observe = happened =>
            {
                if (happened is not EpochDone epoch) return;
                string validation = epoch.ValidationLoss is { } loss ? $", validation {Figures.Number(loss)}" : "";
                Say($"epoch {epoch.Progress.Epoch} of {_run.Specification.Training.Epochs}, loss {Figures.Number(epoch.TrainingLoss)}{validation}");
            },
        };
        try
        {
            var outcome = await ClusterTraining.RunAsync(_run.Job, _run.Identity, training, leaving).ConfigureAwait(false);
            Say($"{(outcome.IsComplete ? "done" : "stopped")} after step {outcome.State.Progress.Step}, parameters: {_run.HashOf(outcome.State)}, in {folder}");
        }
        catch (OperationCanceledException)
        {
            // The node is leaving.
        }
        catch (Exception e) when (e is InvalidInputException or NonFiniteException or TrainingFailedException or IOException or UnauthorizedAccessException)
        {
            Say(e.Message.TrimEnd('.'));
        }
    }
}
