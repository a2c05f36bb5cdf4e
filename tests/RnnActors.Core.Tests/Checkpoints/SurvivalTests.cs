using System.Globalization;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.Core.Tests.Checkpoints;

/// <summary>
/// A run's saves are stopped at every single operation, and in the middle of every write. Whatever of it the disk has kept, the newest checkpoint is whole and
/// not older than the last one that was acknowledged, and the run goes on from it.
/// </summary>
public sealed class SurvivalTests(ITestOutputHelper log)
{
    private const string Run = "/runs/prices";
    private const int Keep = 2, Steps = 6, LossesOfOneStop = 12;

    private static readonly long[] BestSteps = [1, 2, 4];

    [Fact]
    public void Whatever_stops_a_save_at_whatever_operation_the_newest_checkpoint_is_whole_and_no_older_than_the_last_acknowledged()
    {
        int seed = Seed(), operations = Count(), stops = 0;
        for (int stop = 0; stop < operations; stop++)
            for (int loss = 0; loss < LossesOfOneStop; loss++, stops++)
                Assert.Null(Violation(HashCode(seed, stop, loss), stop, power: loss > 0, twice: loss % 3 == 2, random => new SimulatedDisk(random)));
        log.WriteLine($"{operations} operations, {stops} stops");
        Assert.InRange(operations, 60, 400);
    }

    /// <summary>The test above would see it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_flush_that_is_left_out_loses_a_checkpoint(bool ofFiles)
    {
        int operations = Count();
        Assert.Contains(Enumerable.Range(0, operations), stop => Enumerable.Range(0, LossesOfOneStop).Any(loss => Violation(
            HashCode(1, stop, loss), stop, power: true, twice: false,
                random => new SimulatedDisk(random) { ForgetsFiles = ofFiles, ForgetsFolders = !ofFiles }) is not null));
    }

    /// <summary>A disk that is full, or fails, costs the save in which it does.</summary>
    [Fact]
    public void Whatever_operation_the_disk_refuses_the_checkpoints_before_stand_and_the_next_is_saved()
    {
        int operations = Count();
        for (int refused = 0; refused < operations; refused++)
        {
            SimulatedDisk disk = new(new Random(refused)) { Refusal = (refused, new IOException("No space left on device")) };
            Acknowledged known = new();
            try
            {
                SaveAll(disk, known);
            }
            catch (InvalidInputException e)
            {
                Assert.Contains($"{Run}: checkpoints cannot be written to this folder: No space left on device. Choose another", e.Message,
                    StringComparison.Ordinal);
                SaveAll(disk, known);
            }

            Assert.Equal(Steps, new CheckpointFolder(Run, disk).Newest().Found?.Step);
            disk.Restart(power: true);
            Assert.Null(ViolationOf(disk, known));
            Assert.DoesNotContain(disk.Names,
                name => name.EndsWith(DurableFile.TemporaryExtension, StringComparison.Ordinal) && !name.Contains(".probe", StringComparison.Ordinal));
        }
    }

    /// <summary>Root may write everything, so that a test which runs as root cannot make a folder that refuses.</summary>
    [Theory]
    [InlineData("Read-only file system")]
    [InlineData("Permission denied")]
    public void A_folder_that_may_not_be_written_is_refused_with_what_to_do(string reason)
    {
        SimulatedDisk disk = new(new Random(1)) { Refusal = (0, reason[0] == 'P' ? new UnauthorizedAccessException(reason) : new IOException(reason)) };
        var refused = Assert.Throws<InvalidInputException>(() => new CheckpointStore(Run, Keep, disk));
        Assert.Equal($"{Run}: checkpoints cannot be written to this folder: {reason}. Choose another with --out, or make it writable.", refused.Message);
    }

    /// <summary>A run that takes another's place must not find its later steps after a power cut.</summary>
    [Fact]
    public void What_was_cleared_never_comes_back()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            SimulatedDisk disk = new(new Random(seed));
            SaveAll(disk, new Acknowledged());
            using (CheckpointStore store = new(Run, Keep, disk))
            {
                store.Clear();
                Save(store, 1, isBest: false);
            }

            disk.Restart(power: true);
            CheckpointFolder folder = new(Run, disk);
            Assert.Equal([1L], folder.Steps());
            Assert.Null(folder.Best().Found);
        }
    }

    [Fact]
    public void A_folder_that_another_process_holds_is_refused_with_who_holds_it()
    {
        SimulatedDisk disk = new(new Random(1));
        using CheckpointStore store = new(Run, Keep, disk);
        Assert.Equal($"{Run}: another process is writing this folder. Wait for it, end it, or choose another folder with --out.",
            Assert.Throws<InvalidInputException>(() => new CheckpointStore(Run, Keep, disk)).Message);
    }

    /// <summary>Temporary files of the system often lie on another file system, from which nothing can be renamed.</summary>
    [SkippableFact]
    public void A_copy_from_another_file_system_is_whole()
    {
        Skip.IfNot(Directory.Exists("/dev/shm"), "There is no second file system.");
        using TemporaryFolder folder = new();
        string other = Path.Combine("/dev/shm", $"rnnactors-{Guid.NewGuid():N}");
        try
        {
            File.WriteAllText(other, "whole");
            DurableFile.Copy(other, folder["copy"]);
            Assert.Equal("whole", File.ReadAllText(folder["copy"]));
            Assert.Equal(["copy"], folder.Names);
        }
        finally
        {
            File.Delete(other);
        }
    }

    private static string? Violation(int seed, int stop, bool power, bool twice, Func<Random, SimulatedDisk> create)
    {
        Random random = new(seed);
        SimulatedDisk disk = create(random);
        Acknowledged known = new();
        for (int life = 0; life < (twice ? 2 : 1); life++)
        {
            disk.StopAt = life == 0 ? stop : random.Next(40);
            try
            {
                SaveAll(disk, known);
            }
            catch (StoppedException)
            {
            }

            // A process that is killed may be followed by a power cut, which takes what neither of the two has flushed.
            disk.Restart(power: power && (life > 0 || !twice || random.Next(2) == 0));
            if (ViolationOf(disk, known) is { } violation) return $"seed {seed}, stopped at {stop}, {(power ? "power" : "kill")}: {violation}";
        }

        SaveAll(disk, known);
        disk.Restart(power: true);
        return ViolationOf(disk, known) ?? (new CheckpointFolder(Run, disk).Newest().Found?.Step == Steps ? null : "it did not go on to its end");
    }

    private static string? ViolationOf(SimulatedDisk disk, Acknowledged known)
    {
        CheckpointFolder folder = new(Run, disk);
        CheckpointSearch newest = folder.Newest(), best = folder.Best();
        long step = newest.Found?.Step ?? 0;
        if (newest.Skipped.Count > 0) return newest.Skipped[0].Reason;
        if (best.Skipped.Count > 0) return best.Skipped[0].Reason;
        if (step < known.Step) return $"the newest is of step {step}, and step {known.Step} was acknowledged";
        if (newest.Found is { } found && found.File["w"].Values<float>()[0] != step) return $"step {step} has other values";
        long bestBefore = BestSteps.LastOrDefault(at => at <= step);
        return (best.Found?.Step ?? 0) < bestBefore ? $"the best is of step {best.Found?.Step}, and step {step} knows of step {bestBefore}" : null;
    }

    /// <summary>A run from where its folder is to its end. A save that fails is passed over, as training does.</summary>
    private static void SaveAll(SimulatedDisk disk, Acknowledged known)
    {
        using CheckpointStore store = new(Run, Keep, disk);
        for (long step = (store.Newest().Found?.Step ?? 0) + 1; step <= Steps; step++)
        {
            try
            {
                Save(store, step, BestSteps.Contains(step));
                known.Step = step;
            }
            catch (CheckpointFailedException e)
            {
                Assert.Contains("No space left on device", e.Message, StringComparison.Ordinal);
                step--; // the next one tries again
            }
        }
    }

    private static void Save(CheckpointStore store, long step, bool isBest) =>
        store.Save(step, [TestTensors.Floats("w", step), TestTensors.Floats("moments", 1, 2, 3)], [new("epoch", step.ToString(CultureInfo.InvariantCulture))],
            isBest);

    private static int Count()
    {
        SimulatedDisk disk = new(new Random(1));
        SaveAll(disk, new Acknowledged());
        return disk.Operations;
    }

    private static int HashCode(int seed, int stop, int loss) => (((seed * 1009) + stop) * 31) + loss;

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
    }
}
