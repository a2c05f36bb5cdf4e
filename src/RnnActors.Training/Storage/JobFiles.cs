using RnnActors.Core.Checkpoints;
using RnnActors.Core.Models;
using RnnActors.Core.Training;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Storage;

/// <summary>Turns a job into what a cluster needs: its description, and its data and start as files in a cache.</summary>
internal static class JobFiles
{
    public static JobDescription Describe(
        TrainingJob job, RunIdentity identity, string name, int keepCheckpoints, FileCache cache, DatasetFile datasets)
    {
        string Add(Action<Stream> write) => cache.Add(write).ToString();
        var description = new JobDescription(
            "", name, ModelFormat.Forecast.ToJson(job.Model.Spec), TrainingFormat.Instance.ToJson(job.Training),
            Add(stream => datasets.Write(stream, job.Data)),
            job.Validation is { } validation ? Add(stream => datasets.Write(stream, validation)) : null,
            job.Start is { } start ? Add(stream => WriteState(job, start, identity, stream)) : null,
            job.CheckpointEverySteps, keepCheckpoints, identity.Specification, identity.Preparation, identity.DataHash);
        return description with { RunId = StoredRecords.IdOf(description) };
    }

    private static void WriteState(TrainingJob job, TrainingState state, RunIdentity identity, Stream stream) => CheckpointFile.Write(
        stream, state.Progress.Step, TrainingCheckpoint.Tensors(job.Model, job.Training, state),
            TrainingCheckpoint.Metadata(job.Model, job.Training, state, identity));
}
