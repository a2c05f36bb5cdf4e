using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Sequences;
using RnnActors.Core.Tests.Kernels.Simd;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Core.Tests.Training;

/// <summary>A validation loss is the same bits whoever computes which shards, and it is the mean that its name says.</summary>
[Collection(VectorWidthTests.Name)]
public class EvaluationDeterminismTests
{
    public static TheoryData<string> Kinds => [.. TestJobs.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Shards_computed_by_one_or_by_many_in_any_order_at_any_width_have_the_same_losses(string kind)
    {
        var job = TestJobs.Create(kind);
        int[] shards = [.. Enumerable.Range(0, job.Training.Shards)];
        LossSum[] one = Losses(job, shards);
        Assert.True(Evaluation.Sum(one).Count > 0);
        Assert.Equal(one, Losses(job, [.. shards.Reverse()]).Reverse());
        Assert.Equal(one, shards.SelectMany(shard => Losses(job, [shard])));
        Assert.All(VectorWidthTests.AtEveryWidth(() => Losses(job, shards)), losses => Assert.Equal(one, losses));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 8)]
    [InlineData(8, 3)]
    [InlineData(20, 50)]
    public void The_loss_of_rows_is_the_mean_over_all_predictions(int batch, int shards)
    {
        var job = TestJobs.Create("lstm");
        var data = TestJobs.Values(13, 4, 3, 2, 8);
        float[] parameters = job.Model.CreateParameters(1).Span.ToArray(), outputs = Prediction.Run(job.Model, parameters, data);
        var all = data.CreateBatch(data.Rows);
        data.Read([.. Enumerable.Range(0, data.Rows)], all);
        double expected = outputs.Zip(all.Targets.ToArray(), (y, t) => ((double)y - t) * ((double)y - t)).Average();
        var sum = Evaluate(job with { Validation = data, Training = job.Training with { Batch = batch, Shards = shards } }, parameters);
        Assert.Equal(data.Rows * 2, sum.Count);
        Assert.Equal(expected, sum.Mean, 1e-12);
    }

    [Fact]
    public void The_loss_of_streams_does_not_depend_on_how_they_are_cut_since_the_state_is_carried()
    {
        var model = new Model(new ModelSpec([new Embedding(3), new Lstm(5, true), new Gru(4, true), new Dense(7)]), Shape.Tokens(7));
        var training = TestJobs.Create("streams").Training;
        float[] parameters = model.CreateParameters(1).Span.ToArray();
        double[] means = [.. new[] { 1, 2, 3, 12 }.Select(steps =>
            Evaluate(new TrainingJob(model, training, new TokenStreams(5, 12, steps, 7), new TokenStreams(5, 12, steps, 7)), parameters).Mean)];
        Assert.All(means, mean => Assert.Equal(means[0], mean, 1e-12));
    }

    private static LossSum[] Losses(TrainingJob job, int[] shards)
    {
        var evaluation = new Evaluation(job.Model, job.Training, job.Validation!);
        evaluation.Prepare(job.Model.CreateParameters(1).Memory);
        return [.. shards.Select(shard => evaluation.Evaluate(shard))];
    }

    private static LossSum Evaluate(TrainingJob job, float[] parameters)
    {
        var evaluation = new Evaluation(job.Model, job.Training, job.Validation!);
        evaluation.Prepare(parameters);
        return Evaluation.Sum([.. Enumerable.Range(0, job.Training.Shards).Select(shard => evaluation.Evaluate(shard))]);
    }
}
