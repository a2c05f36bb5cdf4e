using CsCheck;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Core.Tests.Training;

public class BatchOrderTests
{
    [Fact]
    public void Every_row_comes_exactly_once_an_epoch_in_batches_that_are_full_but_for_the_last()
    {
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 12], Gen.Int[0, 5], Gen.ULong).Sample((rows, batch, epoch, seed) =>
        {
            int[][] batches = Epoch(Order(rows, batch, seed), epoch);
            Assert.Equal(Enumerable.Range(0, rows), batches.SelectMany(of => of).Order());
            Assert.All(batches[..^1], of => Assert.Equal(batch, of.Length));
            Assert.InRange(batches[^1].Length, 1, batch);
        });
    }

    [Fact]
    public void Another_epoch_or_seed_has_another_order()
    {
        string[] orders = [.. Enumerable.Range(0, 20).Select(epoch => Text(Order(30, 7, 1), epoch)), Text(Order(30, 7, 2), 0)];
        Assert.Equal(orders.Length, orders.Distinct().Count());
    }

    [Fact]
    public void An_order_does_not_depend_on_what_was_asked_before()
    {
        var asked = Order(30, 7, 1);
        Text(asked, 3);
        Assert.Equal(Text(Order(30, 7, 1), 1), Text(asked, 1));
        Assert.Equal(Order(30, 7, 1).Rows(2, 4), asked.Rows(2, 4));
    }

    [Fact]
    public void Of_streams_every_batch_is_the_next_chunk_of_each()
    {
        var data = new TokenStreams(3, 12, 3, 7);
        var order = new BatchOrder(data, TestJobs.Create("streams").Training);
        Assert.Equal(4, order.BatchesPerEpoch);
        for (int epoch = 0; epoch < 2; epoch++)
            for (int chunk = 0; chunk < 4; chunk++) Assert.Equal([chunk, 4 + chunk, 8 + chunk], order.Rows(epoch, chunk));
    }

    private static BatchOrder Order(int rows, int batch, ulong seed) =>
        new(TestJobs.Values(rows, 1, 1, 1, 1), new TrainingSpec
        {
            Loss = new Core.Objectives.MeanSquaredError(),
            Optimizer = new Sgd(1),
            Batch = batch,
            Seed = seed,
        });

    private static int[][] Epoch(BatchOrder order, int epoch) =>
        [.. Enumerable.Range(0, order.BatchesPerEpoch).Select(position => order.Rows(epoch, position))];

    private static string Text(BatchOrder order, int epoch) => string.Join(' ', Epoch(order, epoch).SelectMany(of => of));
}
