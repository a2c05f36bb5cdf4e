using System.Globalization;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Tests.Checkpoints;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Remote;
using RnnActors.Training.Runs;
using RnnActors.Training.Storage;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.Training.Tests.Remote;

/// <summary>
/// A coordinator saves and offers, a candidate keeps copies, and both stop at every single operation of their disk, and in the middle of every write. Whatever
/// the disk has kept, the candidate knows the run and has a whole checkpoint of it that is not older than the last one that it has acknowledged.
/// </summary>
public sealed class ReplicaSurvivalTests(ITestOutputHelper log)
{
    private const int Keep = 2, Steps = 4, LossesOfOneStop = 4;

    private static readonly JobDescription Job = Describe();

    [Fact]
    public void Whatever_stops_a_copy_at_whatever_operation_the_newest_is_whole_and_no_older_than_the_last_acknowledged()
    {
        int seed = Seed(), operations = Count(), stops = 0;
        for (int stop = 0; stop < operations; stop++)
            for (int loss = 0; loss < LossesOfOneStop; loss++, stops++)
                Assert.Null(Violation(new SimulatedDisk(new Random((((seed * 1009) + stop) * 31) + loss)), stop, power: loss > 0,
                    $"seed {seed}, stop {stop}, loss {loss}"));
        log.WriteLine($"{operations} operations, {stops} stops");
        Assert.InRange(operations, 60, 600);
    }

    /// <summary>The test above would see it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_flush_that_is_left_out_loses_a_copy(bool ofFiles)
    {
        int operations = Count();
        Assert.Contains(Enumerable.Range(0, operations), stop => Enumerable.Range(0, LossesOfOneStop).Any(loss => Violation(
            new SimulatedDisk(new Random((stop * 31) + loss)) { ForgetsFiles = ofFiles, ForgetsFolders = !ofFiles }, stop, power: true, "") is not null));
    }

    /// <summary>A damaged file of a later step must not cost the copy that was just acknowledged.</summary>
    [Fact]
    public void A_copy_that_was_offered_stays_beside_files_of_later_steps()
    {
        SimulatedDisk disk = new(new Random(1));
        NodeDirectory directory = new("/candidate", disk);
        CheckpointFolder folder = directory.CheckpointsOf(Job.RunId);
        DurableFolder.Create(folder.Path, disk);
        foreach (long later in (long[])[7, 8, 9]) DurableFile.Write(folder.PathOf(later), stream => stream.Write("damaged"u8), disk);
        Train(disk, new Acknowledged());
        Assert.Equal(Steps, folder.Newest().Found?.Step);
    }

    private static string? Violation(SimulatedDisk disk, int stop, bool power, string at)
    {
        Acknowledged known = new();
        disk.StopAt = stop;
        try
        {
            Train(disk, known);
        }
        catch (StoppedException)
        {
        }

        disk.Restart(power);
        if (ViolationOf(disk, known) is { } violation) return $"{at}: {violation}";
        Train(disk, known);
        disk.Restart(power: true);
        return ViolationOf(disk, known) ?? (known.Step == Steps ? null : $"{at}: it did not go on to its end");
    }

    private static string? ViolationOf(SimulatedDisk disk, Acknowledged known)
    {
        NodeDirectory directory = new("/candidate", disk);
        if (known.Step > 0 && directory.ReadRuns().All(run => run.Job.RunId != Job.RunId)) return "the candidate does not know the run";
        if (known.Step > 0 && !directory.Files.Holds(ContentHash.Parse(Job.Train))) return "the candidate has lost the data";
        if (directory.ReadEpoch() < known.Epoch) return $"epoch {directory.ReadEpoch()} was written after {known.Epoch}";
        CheckpointSearch newest = directory.CheckpointsOf(Job.RunId).Newest();
        if (newest.Skipped.Count > 0) return newest.Skipped[0].Reason;
        return (newest.Found?.Step ?? 0) < known.Step ? $"the newest copy is of step {newest.Found?.Step}, and step {known.Step} was acknowledged" : null;
    }

    /// <summary>A run of a coordinator and a candidate, which have a folder each on one disk: what stops one stops both, at any moment of either.</summary>
    private static void Train(SimulatedDisk disk, Acknowledged known)
    {
        NodeDirectory coordinator = new("/coordinator", disk), candidate = new("/candidate", disk);
        OfferedFiles offered = new(coordinator.OfferedFolder, problem => Assert.Fail(problem), disk);
        ReplicaKeeper keeper = new(candidate);
        offered.Clear();
        candidate.WriteEpoch(known.Epoch + 1);
        known.Epoch++;
        using CheckpointStore store = new(coordinator.FolderOf(Job.RunId), Keep, disk);
        for (long step = (store.Newest().Found?.Step ?? 0) + 1; step <= Steps + 1; step++)
        {
            // The last offer is made again: it may not have been answered before the stop.
            if (step <= Steps) store.Save(step, [NamedTensor.Of<float>("w", new float[] { step }, 1)], [], isBest: step == 2);
            OfferReplica offer = new(1, new RunRecord(Job, 1, null), step, [.. offered.Take("candidate", store.Folder)]);
            keeper.Begin(offer);
            foreach (var file in keeper.Lack(offer).Files)
            {
                if (file.ToString() == Job.Train) candidate.Files.Add(stream => stream.Write("rows"u8));
                else Send(disk, offered.PathOf(file)!, candidate.Files);
            }

            if (keeper.Store(offer) is { } problem) throw new InvalidOperationException(problem);
            known.Step = Math.Min(step, Steps);
            offered.Release("candidate");
        }
    }

    private static void Send(SimulatedDisk disk, string path, FileCache files)
    {
        using var source = disk.Open(path);
        files.Add(source.CopyTo);
    }

    private static int Count()
    {
        SimulatedDisk disk = new(new Random(1));
        Train(disk, new Acknowledged());
        return disk.Operations;
    }

    private static JobDescription Describe()
    {
        string rows = new ContentHash(System.IO.Hashing.XxHash128.HashToUInt128("rows"u8)).ToString();
        JobDescription job = new("", "test", "[]", "{}", rows, null, null, null, Keep, "{}", "{}", "data");
        return job with { RunId = StoredRecords.IdOf(job) };
    }

    private int Seed()
    {
        int seed = Environment.GetEnvironmentVariable("RNNACTORS_SEED") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture)
            : Random.Shared.Next(100_000);
        log.WriteLine($"seed {seed}: RNNACTORS_SEED={seed} repeats it");
        return seed;
    }

    private sealed class Acknowledged
    {
        public long Step { get; set; }

        public long Epoch { get; set; }
    }
}
