using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Sequences;
using RnnActors.Core.Tests.Training;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Core.Tests.Models;

/// <summary>Who is answered by a replica that has answered others gets the bits of a new one.</summary>
public class ReplicaPoolTests
{
    private static readonly LayerSpec[][] Networks =
    [
        [new Lstm(5, true) { Bidirectional = true }, new Pooling(PoolingMode.Mean), new Dense(2)],
        [new LayerNorm(), new Gru(4, true), new Dense(3)],
        [new Gru(6) { RecurrentDropout = 0.3f }, new Dense(1)],
    ];

    public static TheoryData<string> Kinds => [.. TestJobs.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_of_data_is_answered_again_as_at_first(string kind)
    {
        TrainingJob job = TestJobs.Create(kind);
        ReadOnlyMemory<float> parameters = job.Model.CreateParameters(1).Memory;
        var pool = new ReplicaPool(job.Model, parameters, new SharedWeights(isFixed: true));
        float[][] expected = Prediction.RunEach(job.Model, parameters, job.Validation!);
        for (int turn = 0; turn < 3; turn++) Assert.Equal(expected, Prediction.RunEach(pool, job.Validation!));
        Assert.Equal(1, pool.Kept);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Rows_of_any_number_and_length_are_answered_by_many_at_once(int network)
    {
        var model = new Model(new ModelSpec(Networks[network]), new Shape(2));
        ReadOnlyMemory<float> parameters = model.CreateParameters(3).Memory;
        var pool = new ReplicaPool(model, parameters, new SharedWeights(isFixed: true));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(asker => Task.Run(() =>
        {
            var random = new Random(asker);
            for (int request = 0; request < 20; request++)
            {
                RaggedDataset data = Rows(random, random.Next(1, 6), random.Next(1, 30));
                Assert.Equal(Prediction.RunEach(model, parameters, data), Prediction.RunEach(pool, data));
            }
        })));
        Assert.InRange(pool.Kept, 1, ReplicaPool.MaxKept);
    }

    [Fact]
    public void A_replica_serves_what_fits_into_it_and_nothing_else()
    {
        var model = new Model(new ModelSpec(Networks[0]), new Shape(2));
        var pool = new ReplicaPool(model, model.CreateParameters(3).Memory);
        var random = new Random(1);
        RaggedDataset data = Rows(random, 4, 20), longer = Rows(random, 4, 21), equal = Rows(random, 4, 20);
        Replica first = pool.Rent(data, 4);
        Assert.NotSame(first, pool.Rent(equal, 4));
        pool.Return(first);
        Assert.NotSame(first, pool.Rent(longer, 4));
        Assert.NotSame(first, pool.Rent(data, 5));
        Assert.Same(first, pool.Rent(Rows(random, 2, 20), 2));
        Assert.Equal(0, pool.Kept);

        // A table's windows have one length, and rows of another one are another network's.
        Dataset(10, out ReplicaPool table, out SequenceDataset ten);
        Replica window = table.Rent(ten, 3);
        table.Return(window);
        Dataset(9, out _, out SequenceDataset nine);
        Assert.NotSame(window, table.Rent(nine, 3));
        Assert.Same(window, table.Rent(ten, 1));
    }

    [Fact]
    public void Neither_large_replicas_nor_many_are_kept()
    {
        Dataset(10, out ReplicaPool pool, out SequenceDataset data);
        Replica[] taken = [.. Enumerable.Range(0, ReplicaPool.MaxKept + 3).Select(_ => pool.Rent(data, 2))];
        foreach (Replica replica in taken) pool.Return(replica);
        Assert.Equal(ReplicaPool.MaxKept, pool.Kept);
        Assert.Same(taken[^1], pool.Rent(data, 2));
        pool.Return(pool.Rent(data, (ReplicaPool.MaxKeptPositions / 10) + 1));
        Assert.Equal(ReplicaPool.MaxKept - 1, pool.Kept);
    }

    private static void Dataset(int steps, out ReplicaPool pool, out SequenceDataset data)
    {
        var model = new Model(new ModelSpec([new Gru(3), new Dense(2)]), new Shape(3));
        pool = new ReplicaPool(model, model.CreateParameters(1).Memory);
        data = TestJobs.Values(7, steps, 3, 2, 8);
    }

    /// <summary>Rows of which one has the most steps.</summary>
    private static RaggedDataset Rows(Random random, int rows, int maxSteps)
    {
        float[][,] values = [.. Enumerable.Range(0, rows).Select(row => new float[row == 0 ? maxSteps : random.Next(1, maxSteps + 1), 2])];
        foreach (float[,] row in values)
            for (int t = 0; t < row.GetLength(0); t++) (row[t, 0], row[t, 1]) = (random.NextSingle() - 0.5f, random.NextSingle() - 0.5f);
        return RaggedDataset.Create(values, new int[rows], 2);
    }
}
