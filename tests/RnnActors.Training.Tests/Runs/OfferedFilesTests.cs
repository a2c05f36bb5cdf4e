using RnnActors.Core.Checkpoints;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Runs;
using Xunit;

namespace RnnActors.Training.Tests.Runs;

public sealed class OfferedFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rnnactors-").FullName;
    private readonly CheckpointStore _store;
    private readonly OfferedFiles _offered;

    public OfferedFilesTests()
    {
        _store = new CheckpointStore(Path.Combine(_folder, "run"), keep: 1);
        _offered = new OfferedFiles(Path.Combine(_folder, "offered"), problem => Assert.Fail(problem));
    }

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void What_was_offered_stays_whole_while_the_run_goes_on()
    {
        Save(1, isBest: true);
        var offer = _offered.Take("n", _store.Folder);
        Assert.Equal([ReplicaFile.BestName, "step-00000001.safetensors"], offer.Select(file => file.Name).Order(StringComparer.Ordinal));

        for (long step = 2; step < 6; step++) Save(step, isBest: true);

        Assert.All(offer, AssertWhole);
        _offered.Release("n");
        Assert.All(offer, file => Assert.Null(_offered.PathOf(ContentHash.Parse(file.Hash))));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_folder, "offered")));
    }

    [Fact]
    public void A_file_that_two_nodes_were_offered_stays_until_both_have_answered()
    {
        Save(1, isBest: false);
        var offer = Assert.Single(_offered.Take("n", _store.Folder));
        Assert.Equal(offer, Assert.Single(_offered.Take("m", _store.Folder)));
        Save(2, isBest: false);

        _offered.Release("n");
        AssertWhole(offer);
        Assert.NotEqual(offer, Assert.Single(_offered.Take("m", _store.Folder)));
        Assert.Null(_offered.PathOf(ContentHash.Parse(offer.Hash)));
    }

    [Fact]
    public async Task An_offer_is_of_a_checkpoint_that_is_whole_however_quickly_they_come()
    {
        Save(1, isBest: true);
        using var ending = new CancellationTokenSource();
        var saving = Task.Run(() =>
        {
            for (long step = 2; !ending.IsCancellationRequested; step++) Save(step, isBest: step % 2 == 0);
        });
        long newest = 0;
        for (int i = 0; i < 50; i++)
        {
            var offer = _offered.Take("n", _store.Folder);
            var checkpoint = offer.Single(file => file.Name != ReplicaFile.BestName);
            Assert.All(offer, AssertWhole);
            long step = CheckpointFile.Read(_offered.PathOf(ContentHash.Parse(checkpoint.Hash))!).Step;
            Assert.InRange(step, newest, long.MaxValue);
            newest = step;
        }

        await ending.CancelAsync();
        await saving;
    }

    [Fact]
    public void A_run_without_checkpoints_is_offered_without_any() => Assert.Empty(_offered.Take("n", _store.Folder));

    private void Save(long step, bool isBest) => _store.Save(step, [NamedTensor.Of<float>("w", new float[] { step, 1 }, 2)], [], isBest);

    private void AssertWhole(ReplicaFile file)
    {
        var hash = ContentHash.Parse(file.Hash);
        Assert.Equal(hash, ContentHash.OfFile(_offered.PathOf(hash)!));
    }
}
