using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;
using RnnActors.Runs.Ledgers;
using RnnActors.Training.Events;
using Xunit;

namespace RnnActors.Runs.Tests.Ledgers;

public sealed class LedgerTests : IDisposable
{
    private const int Batches = 3;

    private readonly TemporaryFolder _folder = new();

    private string Place => _folder.File(Ledger.FileName);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_written_is_read_to_the_bit()
    {
        Write(0, Step(1, 0.1, 1e-300), new ParametersHashed(1, "123"), Step(2, 1.0 / 3, 5), new CheckpointSaved(2, "path", "abc"), new WorkersJoined("a:1", 2));
        Ledger ledger = Ledger.Read(Place);
        Assert.Equal((0.1, 1e-300, 0.005f), (ledger.Steps[1].Loss, ledger.Steps[1].Norm, ledger.Steps[1].Rate));
        Assert.Equal((0, 1), (ledger.Steps[2].Epoch, ledger.Steps[2].Batch));
        Assert.NotEqual(ledger.Steps[1].Rows, ledger.Steps[2].Rows);
        Assert.Equal("abc", ledger.Hashes[2]);
        Assert.Equal("123", ledger.Hashes[1]);
        Assert.Contains("""{"step":2,"computes":"a:1","workers":2}""", File.ReadAllLines(Place));
    }

    [Fact]
    public void A_run_that_goes_on_appends_behind_half_a_line_and_its_last_word_counts()
    {
        Write(0, Step(1, 1, 1), Step(2, 2, 1), Step(3, 3, 1));
        File.AppendAllText(Place, "{\"step\":4,\"epoch\":1,\"ba");
        Write(2, Step(3, 30, 1), Step(4, 40, 1));
        Ledger ledger = Ledger.Read(Place);
        Assert.Equal([1.0, 2, 30, 40], ledger.Steps.Values.OrderBy(step => step.Step).Select(step => step.Loss));
        Write(0, Step(1, 5, 1));
        Assert.Equal([1L], Ledger.Read(Place).Steps.Keys);
    }

    /// <summary>As of a run that was fetched from a cluster: hashes of rows need the data.</summary>
    [Fact]
    public void A_ledger_without_rows_agrees_with_one_that_has_them()
    {
        Write(0, Step(1, 1, 1), Step(4, 2, 1));
        Ledger with = Ledger.Read(Place);
        using (LedgerWriter writer = new(Place, null, 0, null))
            foreach (StepDone step in (StepDone[])[Step(1, 1, 1), Step(4, 3, 1)]) writer.Add(step);
        Ledger without = Ledger.Read(Place);
        Assert.Equal((null, 1, 0), (without.Steps[4].Rows, without.Steps[4].Epoch, without.Steps[4].Batch));
        Assert.Equal((4, "loss"), with.FirstDifference(without));
    }

    [Theory]
    [InlineData(2, 2.0000000000000004, 1, "loss")]
    [InlineData(2, 2, 1.0000000000000002, "norm")]
    [InlineData(2, 2, 1, null)]
    public void The_first_step_that_differs_is_found(int step, double loss, double norm, string? what)
    {
        Write(0, Step(1, 1, 1), Step(2, 2, 1), Step(3, 3, 1));
        Ledger first = Ledger.Read(Place);
        Write(0, Step(1, 1, 1), Step(step, loss, norm), Step(3, what is null ? 3 : 4, 1), new CheckpointSaved(2, "", "x"));
        Assert.Equal(what is null ? null : (step, what), first.FirstDifference(Ledger.Read(Place)));
    }

    private void Write(long start, params TrainingEvent[] happened)
    {
        var data = ArrayDataset.Create(new float[10, 2, 1], new float[10, 1]);
        using LedgerWriter writer = new(Place, new BatchOrder(data, new TrainingSpec { Loss = new MeanSquaredError(), Optimizer = new Adam(0.01), Batch = 4 }),
            start, null);
        foreach (var one in happened) writer.Add(one);
    }

    private static StepDone Step(long step, double loss, double norm)
    {
        var (epoch, batch) = Math.DivRem((int)step - 1, Batches);
        return new(TrainingProgress.Start with { Step = step, Epoch = epoch, Position = batch + 1 }, loss, norm, 0.005f, 1);
    }
}
