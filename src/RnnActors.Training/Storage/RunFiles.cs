using RnnActors.Core.Checkpoints;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;
using RnnActors.Core.Training;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Storage;

/// <summary>Turns a job's description and its files into a job to train. The methods read whole files, so they belong on a thread that may block.</summary>
internal sealed class RunFiles(FileCache cache, DatasetFile datasets)
{
    public FileCache Cache => cache;

    /// <summary>The files of a job that are missing here.</summary>
    /// <exception cref="InvalidInputException">The description names no valid file.</exception>
    public IReadOnlyList<ContentHash> Missing(JobDescription job) => [.. Files(job).Where(file => !cache.Holds(file))];

    /// <summary>The files of a job.</summary>
    public static IEnumerable<ContentHash> Files(JobDescription job)
    {
        foreach (string? name in new[] { job.Train, job.Validation, job.Start })
        {
            if (name is null) continue;
            yield return ContentHash.TryParse(name, out var hash)
                ? hash
                : throw new InvalidInputException($"the job names '{name}', which is not the hash of a file");
        }
    }

    /// <exception cref="InvalidInputException">The job or its data cannot be used.</exception>
    public TrainingJob Load(JobDescription job)
    {
        var data = Read(job.Train);
        var validation = job.Validation is null ? null : Read(job.Validation);
        var model = new Model(ModelFormat.Parse(job.Model, "the job's model"), data.Inputs);
        var training = TrainingFormat.Instance.Read(SourceParser.Parse(job.Training, "the job's training"));
        ModelCheck.Matches(model, data, training.Loss);
        return new TrainingJob(model, training, data, validation) { CheckpointEverySteps = job.CheckpointEverySteps };
    }

    /// <summary>The state that the job starts from.</summary>
    public TrainingState? Start(JobDescription job, TrainingJob loaded) =>
        job.Start is null ? null : TrainingCheckpoint.Restore(CheckpointFile.Read(cache.PathOf(ContentHash.Parse(job.Start))), loaded.Model, loaded.Training);

    private SequenceDataset Read(string hash) => datasets.Read(cache.PathOf(ContentHash.Parse(hash)));
}
