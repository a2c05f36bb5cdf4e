using System.IO.Hashing;
using RnnActors.Core.Checkpoints;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Remote;
using RnnActors.Training.Storage;
using Xunit;

namespace RnnActors.Training.Tests.Remote;

public sealed class ReplicaKeeperTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rnnactors-").FullName;
    private readonly NodeDirectory _directory;
    private readonly ReplicaKeeper _keeper;
    private readonly List<OfferReplica> _stored = [], _givenUp = [];

    public ReplicaKeeperTests()
    {
        _directory = new NodeDirectory(Path.Combine(_folder, "data"));
        _keeper = new ReplicaKeeper(_directory);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_lacking_is_fetched_once_and_the_copy_is_the_original()
    {
        var offer = Offer(1, ("step-00000001.safetensors", "one"), ("best.safetensors", "best"));
        Assert.True(_keeper.Begin(offer));
        var lacking = _keeper.Lack(offer);
        Assert.Equal([Hash("rows"), Hash("one"), Hash("best")], lacking.Files);
        Assert.True(_keeper.Await(lacking, _stored.Add));
        foreach (string content in new[] { "rows", "one", "best" })
        {
            Assert.Empty(_stored);
            Arrive(content);
        }

        Assert.Equal([offer], _stored);
        Assert.Null(_keeper.Store(offer));
        Assert.Equal([offer.Run], _directory.ReadRuns());
        Assert.Equal(["best.safetensors: best", "step-00000001.safetensors: one"], Copies(offer));
        Assert.True(_directory.Files.Holds(Hash("rows")));
        Assert.Empty(_keeper.Lack(offer).Files);
        Assert.False(_keeper.Await(_keeper.Lack(offer), _stored.Add));
    }

    [Fact]
    public void Only_what_is_new_is_fetched_again_and_as_many_checkpoints_stay_as_the_run_keeps()
    {
        foreach (int step in Enumerable.Range(1, 4))
        {
            var offer = Offer(step, ($"step-{step:D8}.safetensors", $"step {step}"), ("best.safetensors", "best"));
            _keeper.Begin(offer);
            var lacking = _keeper.Lack(offer);
            Assert.Equal(step == 1 ? [Hash("rows"), Hash("step 1"), Hash("best")] : [Hash($"step {step}")], lacking.Files);
            _keeper.Await(lacking, _stored.Add);
            foreach (var content in new[] { "rows", $"step {step}", "best" }) Arrive(content);
            Assert.Null(_keeper.Store(offer));
        }

        Assert.Equal(["best.safetensors: best", "step-00000003.safetensors: step 3", "step-00000004.safetensors: step 4"], Copies(Offer(4)));
        Assert.Equal([1, 2, 3, 4], _stored.Select(offer => offer.Revision));
    }

    [Fact]
    public void A_damaged_copy_is_fetched_anew()
    {
        var offer = Offer(1, ("step-00000001.safetensors", "one"));
        TakeUp(offer);
        Arrive("rows");
        Arrive("one");
        _keeper.Store(offer);
        File.WriteAllText(Path.Combine(_directory.FolderOf(offer.Run.Job.RunId), "step-00000001.safetensors"), "onf");
        Assert.Equal([Hash("one")], _keeper.Lack(offer).Files);
    }

    [Fact]
    public void What_is_no_whole_checkpoint_is_refused_and_the_copy_before_it_stays()
    {
        var offer = Offer(1, ("step-00000001.safetensors", "one"));
        TakeUp(offer);
        Arrive("rows");
        Arrive("one");
        Assert.Null(_keeper.Store(offer));
        foreach (int step in new[] { 2, 3, 4 })
        {
            offer = Offer(step, ($"step-{step:D8}.safetensors", $"no checkpoint of step {step}"));
            TakeUp(offer);
            Arrive($"no checkpoint of step {step}");
            Assert.NotNull(_keeper.Store(offer));
        }

        Assert.Equal(["step-00000001.safetensors: one"], Copies(offer));
    }

    [Fact]
    public void A_file_that_cannot_be_had_gives_its_offer_up_and_no_other()
    {
        TakeUp(Offer(1, ("step-00000001.safetensors", "one")));
        _keeper.Failed(Hash("another"), _givenUp.Add);
        Assert.Empty(_givenUp);
        _keeper.Failed(Hash("one"), _givenUp.Add);
        Assert.Equal(1, Assert.Single(_givenUp).Revision);
        Arrive("rows");
        Arrive("one");
        Assert.Empty(_stored);
    }

    [Fact]
    public void An_offer_takes_the_place_of_the_one_before_and_none_is_awaited_that_was_forgotten()
    {
        TakeUp(Offer(1, ("step-00000001.safetensors", "one")));
        TakeUp(Offer(2, ("step-00000002.safetensors", "two")));
        foreach (string content in new[] { "rows", "one", "two" }) Arrive(content);
        Assert.Equal(2, Assert.Single(_stored).Revision);
        TakeUp(Offer(3, ("step-00000003.safetensors", "three")));
        _keeper.Forget();
        Arrive("three");
        Assert.Single(_stored);
    }

    [Fact]
    public void An_offer_that_is_said_again_begins_nothing_and_has_its_answer_when_it_is_done()
    {
        var offer = Offer(1, ("step-00000001.safetensors", "one"));
        Assert.True(_keeper.Begin(offer));
        Assert.False(_keeper.Begin(Offer(1, ("step-00000001.safetensors", "one"))));
        Assert.Null(_keeper.Answer);
        var answer = new ReplicaStored(1, offer.Run.Job.RunId, 1, null);
        Assert.Equal(answer, _keeper.Done(offer, null));
        Assert.False(_keeper.Begin(Offer(1, ("step-00000001.safetensors", "one"))));
        Assert.Equal(answer, _keeper.Answer);
        Assert.True(_keeper.Begin(Offer(2)));
        Assert.Null(_keeper.Answer);
        Assert.Null(_keeper.Done(offer, null));
        _keeper.Forget();
        Assert.True(_keeper.Begin(Offer(2)));
    }

    [Fact]
    public void An_offer_that_was_refused_is_tried_anew_when_it_is_made_again()
    {
        var offer = Offer(1, ("step-00000001.safetensors", "one"));
        TakeUp(offer);
        _keeper.Failed(Hash("one"), _givenUp.Add);
        Assert.Equal(new ReplicaStored(1, offer.Run.Job.RunId, 1, "the disk is full"), _keeper.Done(offer, "the disk is full"));
        Assert.Null(_keeper.Answer);

        var again = Offer(1, ("step-00000001.safetensors", "one"));
        Assert.True(_keeper.Begin(again));
        Assert.True(_keeper.Await(_keeper.Lack(again), _stored.Add));
        Assert.Null(_keeper.Done(offer, "the disk is full"));
        Arrive("rows");
        Arrive("one");
        Assert.Equal([again], _stored);
        Assert.Null(_keeper.Store(again));
        Assert.Null(_keeper.Done(again, null)!.Problem);
        Assert.False(_keeper.Begin(offer));
    }

    [Fact]
    public void What_an_offer_that_was_superseded_still_looks_for_or_writes_takes_nothing_from_the_next()
    {
        Offering before = Begin(1), next = Begin(2);
        Assert.True(_keeper.Await(next.Lacking, _stored.Add));
        Assert.False(_keeper.Await(before.Lacking, _stored.Add));
        foreach (string content in new[] { "rows", "step 1", "step 2" }) Arrive(content);
        Assert.Equal([next.Offer], _stored);
        Assert.Null(_keeper.Store(next.Offer));
        Assert.NotNull(_keeper.Store(before.Offer));
        Assert.Equal(["step-00000002.safetensors: step 2"], Copies(next.Offer));

        Offering Begin(int step)
        {
            var offer = Offer(step, ($"step-{step:D8}.safetensors", $"step {step}"));
            _keeper.Begin(offer);
            return new Offering(offer, _keeper.Lack(offer));
        }
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData(".lock")]
    [InlineData("run.msgpack")]
    [InlineData("../step-00000001.safetensors")]
    [InlineData("a/step-00000001.safetensors")]
    [InlineData("step-1.safetensors")]
    [InlineData("step-")]
    [InlineData("step-00000001.safetensors\0")]
    [InlineData("/tmp/best.safetensors")]
    public void Only_checkpoints_are_written_whatever_name_a_file_is_offered_under(string name)
    {
        var offer = Offer(1, (name, "one"));
        TakeUp(offer);
        Arrive("rows");
        Arrive("one");
        string[] before = Files();
        Assert.Equal($"'{name}' is not the name of a checkpoint", _keeper.Store(offer));
        Assert.Equal(before, Files());
    }

    [Theory]
    [InlineData("..")]
    [InlineData("0123456789abcdef")]
    public void An_offer_of_what_is_no_run_is_refused(string runId)
    {
        var offer = Offer(1);
        var wrong = offer with { Run = offer.Run with { Job = offer.Run.Job with { RunId = runId } } };
        TakeUp(wrong);
        Assert.NotNull(_keeper.Store(wrong));
        Assert.Empty(Files());
    }

    private sealed record Offering(OfferReplica Offer, ReplicaKeeper.Lacking Lacking);

    private void TakeUp(OfferReplica offer)
    {
        _keeper.Begin(offer);
        _keeper.Await(_keeper.Lack(offer), _stored.Add);
    }

    private string[] Files() => [.. Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private string[] Copies(OfferReplica offer) =>
        [.. Directory.GetFiles(
            _directory.FolderOf(offer.Run.Job.RunId), "*.safetensors").Order(StringComparer.Ordinal).Select(path =>
                $"{Path.GetFileName(path)}: {CheckpointFile.Read(path).Metadata["content"]}")];

    private void Arrive(string content)
    {
        var file = Hash(content);
        Directory.CreateDirectory(Path.GetDirectoryName(_directory.Files.PathOf(file))!);
        File.WriteAllBytes(_directory.Files.PathOf(file), Bytes(content));
        _directory.Files.Stored(Hash(content));
        _keeper.Arrived(Hash(content), _stored.Add);
    }

    private static ContentHash Hash(string content) => new(XxHash128.HashToUInt128(Bytes(content)));

    /// <summary>A checkpoint that differs by its content from others, or what is none.</summary>
    private static byte[] Bytes(string content)
    {
        if (content.StartsWith("no checkpoint", StringComparison.Ordinal)) return System.Text.Encoding.UTF8.GetBytes(content);
        using var stream = new MemoryStream();
        CheckpointFile.Write(stream, 1, [], [new("content", content)]);
        return stream.ToArray();
    }

    private static OfferReplica Offer(long revision, params (string Name, string Content)[] checkpoints)
    {
        var job = new JobDescription("", "test", "[]", "{}", Hash("rows").ToString(), null, null, null, 2, "{}", "{}", "data");
        return new OfferReplica(
            1, new RunRecord(job with { RunId = StoredRecords.IdOf(job) }, 1, null), revision,
                [.. checkpoints.Select(file => new ReplicaFile(file.Name, Hash(file.Content).ToString()))]);
    }
}
