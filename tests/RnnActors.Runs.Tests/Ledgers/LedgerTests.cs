using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;
using RnnActors.Runs.Ledgers;
using RnnActors.Tests;
using RnnActors.Training.Events;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.Runs.Tests.Ledgers;

public sealed class LedgerTests(ITestOutputHelper log) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Place => _folder.File(Ledger.FileName);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_written_is_read_to_the_bit()
    {
        Write(0, Step(1, 0.1, 1e-300), Step(2, 1.0 / 3, 5), new CheckpointSaved(2, "path", "abc"), new WorkersJoined("a:1", 2));
        Ledger ledger = Ledger.Read(Place);
        Assert.Equal((0.1, 1e-300, 0.005f), (ledger.Steps[1].Loss, ledger.Steps[1].Norm, ledger.Steps[1].Rate));
        Assert.Equal((0, 1), (ledger.Steps[2].Epoch, ledger.Steps[2].Batch));
        Assert.NotEqual(ledger.Steps[1].Rows, ledger.Steps[2].Rows);
        Assert.Equal("abc", ledger.Hashes[2]);
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

    [Fact]
    public void A_hostile_ledger_is_read_as_far_as_it_is_one()
    {
        Write(0, Step(1, 1, 1), new CheckpointSaved(1, "path", "abc"), new WorkersJoined("a:1", 2));
        HostileFiles.Check(log, Ledger.FileName, [File.ReadAllBytes(Place)], path => Ledger.Read(path));
    }

    private void Write(long start, params TrainingEvent[] happened)
    {
        var data = ArrayDataset.Create(new float[10, 2, 1], new float[10, 1]);
        using LedgerWriter writer = new(Place, new BatchOrder(data, new TrainingSpec { Loss = new MeanSquaredError(), Optimizer = new Adam(0.01), Batch = 4 }),
            start, null);
        foreach (var one in happened) writer.Add(one);
    }

    private static StepDone Step(long step, double loss, double norm) => new(TrainingProgress.Start with { Step = step }, loss, norm, 0.005f, 1);
}
