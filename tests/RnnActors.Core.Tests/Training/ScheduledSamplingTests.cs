using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.RandomNumbers;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Objectives;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Sharding;
using RnnActors.Core.Tests.Kernels;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Core.Tests.Training;

public sealed class ScheduledSamplingTests
{
    private static readonly int[] Batch = [7, 2, 11, 4, 0, 9];

    [Fact]
    public void The_share_falls_linearly_from_the_delay_on()
    {
        var forcing = new TeacherForcing(0.6, 100) { DelaySteps = 50 };
        Assert.Equal([1, 1, 0.8, 0.6, 0.6], new long[] { 0, 50, 100, 150, 1_000_000 }.Select(step => Math.Round(forcing.ShareAt(step), 12)));
    }

    /// <summary>What is computed is what the same tokens, put into the data by hand, give.</summary>
    [Fact]
    public void The_decoder_reads_its_own_likeliest_tokens_where_the_counter_says()
    {
        const long Step = 3;
        TrainingJob job = RaggedJobs.Pairs(1);
        AlignedBuffer parameters = job.Model.CreateParameters(4);
        var forcing = new TeacherForcing(0.5, 1);
        float[][] outputs = Prediction.RunEach(job.Model, parameters.Memory, job.Data);
        var (sources, targets, labels) = Rows(job.Data);
        int vocabulary = job.Model.Output.Features, replaced = 0;
        var key = PhiloxKey.Of(job.Training.Seed, RandomPurpose.TeacherForcing, Step);
        for (int i = 0; i < Batch.Length; i++)
        {
            int row = Batch[i];
            int[] likeliest = [.. Enumerable.Range(0, targets[row].Length)
                .Select(t => Array.IndexOf(outputs[row], outputs[row].Skip(t * vocabulary).Take(vocabulary).Max(), t * vocabulary) % vocabulary)];
            for (int t = targets[row].Length - 1; t > 0; t--)
            {
                if (Philox.Uniform(Philox.Block(key, 0, (uint)t, (uint)i, 0).W0) < 0.5) continue;
                targets[row][t] = likeliest[t - 1];
                replaced++;
            }
        }

        Assert.True(replaced > 2, "too few tokens are replaced for a test");
        var byHand = RaggedDataset.CreatePairs(sources, vocabulary, targets, labels, vocabulary);
        var expected = Compute(job with { Data = byHand }, parameters, Step, [new ShardRange(0, job.Training.Shards)]);
        var actual = Compute(Forced(job, forcing), parameters, Step, [new ShardRange(0, job.Training.Shards)]);
        Assert.Equal(expected.Loss, actual.Loss);
        SameBits.Assert(expected.Gradient, actual.Gradient);
        Assert.NotEqual(Compute(job, parameters, Step, [new ShardRange(0, job.Training.Shards)]).Loss, actual.Loss);
    }

    [Fact]
    public void Any_parts_of_the_shards_give_the_same_bits()
    {
        TrainingJob job = Forced(RaggedJobs.Pairs(1), new TeacherForcing(0.3, 2));
        AlignedBuffer parameters = job.Model.CreateParameters(4);
        var whole = Compute(job, parameters, 5, [new ShardRange(0, 4)]);
        foreach (var parts in new[] { new ShardRange[] { new(0, 1), new(1, 3) }, [new(0, 2), new(2, 1), new(3, 1)] })
        {
            var divided = Compute(job, parameters, 5, parts);
            Assert.Equal(whole.Loss, divided.Loss);
            SameBits.Assert(whole.Gradient, divided.Gradient);
        }
    }

    [Fact]
    public void A_share_of_one_changes_nothing()
    {
        TrainingJob job = RaggedJobs.Pairs(1);
        AlignedBuffer parameters = job.Model.CreateParameters(4);
        var plain = Compute(job, parameters, 5, [new ShardRange(0, 4)]);
        foreach (var forcing in new[] { new TeacherForcing(1, 1), new TeacherForcing(0, 10) { DelaySteps = 5 } })
            SameBits.Assert(plain.Gradient, Compute(Forced(job, forcing), parameters, 5, [new ShardRange(0, 4)]).Gradient);
    }

    [Fact]
    public void A_model_that_is_no_decoder_is_refused()
    {
        TrainingJob job = Forced(RaggedJobs.Tags(1), new TeacherForcing(0.5, 10));
        var problem = Assert.Throws<InvalidInputException>(() => new ShardComputation(job.Model, job.Training, job.Data, 1));
        Assert.Contains("teacherForcing", problem.Message, StringComparison.Ordinal);
    }

    private static TrainingJob Forced(TrainingJob job, TeacherForcing forcing) => job with { Training = job.Training with { TeacherForcing = forcing } };

    /// <summary>Each part on a worker of its own, and the tree above them.</summary>
    private static (float[] Gradient, LossSum Loss) Compute(TrainingJob job, AlignedBuffer parameters, long step, ShardRange[] parts)
    {
        var tree = new TreeNodes<(float[] Gradient, LossSum Loss)>(job.Training.Shards);
        foreach (ShardRange part in parts)
        {
            var computation = new ShardComputation(job.Model, job.Training, job.Data, part.Count);
            computation.Prepare(parameters.Memory);
            IReadOnlyList<ShardRange> nodes = ReductionTree.Cover(part, job.Training.Shards);
            var results = computation.Compute(new ShardStep(step, Batch, part, default), nodes, [.. nodes.Select(_ => new GradientBuffer(parameters.Length))],
                []);
            foreach (ShardGradient result in results) tree.Add(result.Node, (result.Gradient.Span.ToArray(), result.Loss));
        }

        return tree.Fold((left, right) => ([.. left.Gradient.Zip(right.Gradient, (a, b) => a + b)], left.Loss + right.Loss));
    }

    private static (int[][] Sources, int[][] Targets, int[][] Labels) Rows(SequenceDataset data)
    {
        Batch batch = data.CreateBatch(1);
        List<int[]> sources = [], targets = [], labels = [];
        for (int row = 0; row < data.Rows; row++)
        {
            data.Read([row], batch);
            sources.Add(batch.AllInputs[0].Tokens.ToArray());
            targets.Add(batch.AllInputs[1].Tokens.ToArray());
            labels.Add(batch.Labels.ToArray());
        }

        return ([.. sources], [.. targets], [.. labels]);
    }
}
