using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;
using RnnActors.Training.Files;
using RnnActors.Training.Storage;
using Xunit;

namespace RnnActors.Training.Tests.Storage;

/// <summary>A job that travelled is the job that was sent: several inputs by their names, and a
/// start at the first step, as with vectors that were trained before.</summary>
public sealed class RunFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rnnactors-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_job_of_two_inputs_and_a_start_is_read_as_it_was_sent()
    {
        RaggedDataset data = RaggedDataset.CreatePairs([[1, 2], [3]], 4, [[0, 1], [0, 2, 1]], [[1, 2], [2, 1, 2]], 3);
        var spec = new EncoderDecoder([new Embedding(2), new Gru(3, true)], [new Embedding(2), new Gru(3, true), new Dense(3)], AttentionScore.General)
            .ToModel();
        var training = new TrainingSpec { Loss = new SoftmaxCrossEntropy(), Optimizer = new Adam(0.1), Batch = 2, Shards = 2, Epochs = 3, Seed = 4 };
        var model = new Model(spec, data.Inputs);
        TrainingState start = TrainingState.Create(model, training, 0);
        start.Parameters.Span[0] = 0.5f;
        var job = new TrainingJob(model, training, data, data, start);

        var cache = new FileCache(_folder.FullName);
        var datasets = new DatasetFile([new RaggedDatasetFormat()]);
        var description = JobFiles.Describe(job, new RunIdentity("{}", "", "hash"), "pairs", 2, cache, datasets);
        var files = new RunFiles(cache, datasets);
        TrainingJob read = files.Load(description);
        Assert.Equal(["source", "target"], read.Model.Inputs.Select(input => input.Name));
        Assert.Equal(start.Parameters.Span.ToArray(), files.Start(description, read)!.Parameters.Span.ToArray());

        Assert.Equal(Trained(job), Trained(read with { Start = files.Start(description, read) }));
    }

    private static float[] Trained(TrainingJob job)
    {
        var trainer = new Trainer(job);
        trainer.Run();
        return trainer.State.Parameters.Span.ToArray();
    }
}
