using System.Globalization;
using System.Text;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Tests.Checkpoints;
using RnnActors.Training.Addresses;
using RnnActors.Training.Files;
using RnnActors.Training.Membership;
using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;
using RnnActors.Training.Transfer;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.Training.Tests.Storage;

/// <summary>
/// A node writes logs, remembers members, receives files and deletes runs, and stops at every single operation of its disk, and in the middle of every write.
/// Whatever the disk has kept, what was acknowledged is there, what was deleted is gone, and nothing is there in part.
/// </summary>
public sealed class StorageSurvivalTests(ITestOutputHelper log)
{
    private const string Folder = "/node", Ended = "of a run that ended";
    private const int LossesOfOneStop = 8, Lines = 12;

    private static readonly ContentHash Received = HashOf("received rows, in three parts");

    private static readonly KnownMember[][] Memberships =
    [
        [new(HostAndPort.Parse("a:4053"), IsCandidate: true)],
        [new(HostAndPort.Parse("a:4053"), IsCandidate: true), new(HostAndPort.Parse("b:4053"), IsCandidate: false)],
        [new(HostAndPort.Parse("b:4053"), IsCandidate: false)],
    ];

    [Fact]
    public void Whatever_stops_a_node_at_whatever_operation_its_directory_is_valid_and_nothing_acknowledged_is_lost()
    {
        int seed = Seed(), operations = Count(), stops = 0;
        for (int stop = 0; stop < operations; stop++)
            for (int loss = 0; loss < LossesOfOneStop; loss++, stops++)
                Assert.Null(Violation(new SimulatedDisk(new Random((((seed * 1009) + stop) * 31) + loss)), stop, power: loss > 0,
                    $"seed {seed}, stop {stop}, loss {loss}"));
        log.WriteLine($"{operations} operations, {stops} stops");
        Assert.InRange(operations, 80, 600);
    }

    /// <summary>The test above would see it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_flush_that_is_left_out_loses_something(bool ofFiles)
    {
        int operations = Count();
        Assert.Contains(Enumerable.Range(0, operations), stop => Enumerable.Range(0, LossesOfOneStop).Any(loss => Violation(
            new SimulatedDisk(new Random((stop * 31) + loss)) { ForgetsFiles = ofFiles, ForgetsFolders = !ofFiles }, stop, power: true, "") is not null));
    }

    /// <summary>A disk that is full, or fails, costs what it refuses.</summary>
    [Fact]
    public void Whatever_operation_the_disk_refuses_the_directory_is_valid_and_the_next_attempt_succeeds()
    {
        int operations = Count();
        for (int refused = 0; refused < operations; refused++)
        {
            SimulatedDisk disk = new(new Random(refused)) { Refusal = (refused, new IOException("No space left on device")) };
            Acknowledged known = new();
            try
            {
                Work(disk, known);
            }
            catch (IOException e)
            {
                Assert.Equal("No space left on device", e.Message);
            }

            Assert.Null(ViolationOf(disk, known, isWhole: true));
            Work(disk, known);
            disk.Restart(power: true);
            Assert.Null(ViolationOf(disk, known, isWhole: false));
            Assert.True(known.IsDeleted, $"operation {refused} was refused, and the run was never deleted");
        }
    }

    private static string? Violation(SimulatedDisk disk, int stop, bool power, string at)
    {
        Acknowledged known = new();
        disk.StopAt = stop;
        try
        {
            Work(disk, known);
        }
        catch (StoppedException)
        {
        }

        disk.Restart(power);
        if (ViolationOf(disk, known, isWhole: !power) is { } violation) return $"{at}: {violation}";
        Work(disk, known);
        if (!known.IsDeleted) return $"{at}: the run could not be deleted afterwards";
        disk.Restart(power: true);
        return ViolationOf(disk, known, isWhole: false) is { } later ? $"{at}, afterwards: {later}" : null;
    }

    /// <param name="isWhole">Whether nothing that was written can be missing: the log is for people, and not flushed.</param>
    private static string? ViolationOf(SimulatedDisk disk, Acknowledged known, bool isWhole)
    {
        NodeDirectory directory = new(Folder, disk);
        string[] members = [.. new KnownMembers(Folder, disk).Read().Select(member => $"{member}")];
        if (!known.MayBeMembers.Any(set => set.SequenceEqual(members))) return $"the members are {string.Join(", ", members)}";
        if (known.HasReceived && !new NodeDirectory(Folder, disk).Files.Holds(Received)) return "a file that was acknowledged is not there, or not whole";

        JobDescription ended = Job(Ended);
        CheckpointSearch found = directory.CheckpointsOf(ended.RunId).Newest();
        bool isKnown = directory.ReadRuns().Any(run => run.Job.RunId == ended.RunId);
        if (known.IsDeleted && isKnown) return "a run that was deleted is there again";
        if (known.IsStored && isKnown != found.Found is not null) return "a part of a run is there";
        if (!known.IsDeleting && known.IsStored && !isKnown) return "a run that was stored is not there";

        int[] lines = [.. Read(new RunLog(directory.LogOf(Job("open").RunId), disk))];
        if (!lines.SequenceEqual(lines.Distinct().Order())) return $"the log has lines {string.Join(", ", lines)}";
        if (isWhole && known.Line > 0 && (lines.Length == 0 || lines[^1] < known.Line || lines[^1] - lines[0] != lines.Length - 1))
            return $"the log has lines {string.Join(", ", lines)}, and {known.Line} was written";
        return null;
    }

    /// <summary>The life of a node: what it had done before it is not done again.</summary>
    private static void Work(SimulatedDisk disk, Acknowledged known)
    {
        NodeDirectory directory = new(Folder, disk);
        DurableFolder.Create(Folder, disk);
        disk.FlushFolder(Folder);
        StorageUse use = new();
        HeldStorage held = new(directory, use);
        JobDescription ended = Job(Ended), open = Job("open");
        if (!known.IsDeleting)
        {
            DurableFolder.Create(directory.FolderOf(ended.RunId), disk);
            DurableFile.Write(directory.CheckpointsOf(ended.RunId).PathOf(3), stream => CheckpointFile.Write(stream, 3, [], []), disk);
            directory.WriteRun(new RunRecord(ended, 1, new RunEnded(ended.RunId, RunEnding.Complete, null, null, null)));
            known.IsStored = true;
        }

        directory.WriteRun(new RunRecord(open, 1, null));
        KnownMembers members = new(Folder, disk);
        foreach (KnownMember[] present in Memberships)
        {
            KnownMember[] lost = [.. members.Read().Where(member => member.IsCandidate && present.All(other => other.Address != member.Address))];
            known.Try([.. lost.Concat(present).Select(member => $"{member}")]);
            bool isRefused = disk.Refusal is not null;
            members.Remember(present);
            if (isRefused == disk.Refusal is not null) known.Settle();
        }

        RunLog run = new(directory.LogOf(open.RunId), disk) { MaxBytes = 300 };
        int first = Math.Max(known.Line, Read(run).LastOrDefault()) + 1;
        for (int line = first; line < first + Lines; line += 2)
        {
            run.Append([new RunLogLine(line, "note", "{}"), new RunLogLine(line + 1, "note", "{}")]);
            known.Line = line + 1;
        }

        Receive(directory, disk);
        known.HasReceived = true;
        known.IsDeleting = true;
        if (held.List().FirstOrDefault(item => item.Name == ended.RunId) is not { } found) known.IsDeleted = true;
        else known.IsDeleted = held.Delete(found);
    }

    private static void Receive(NodeDirectory directory, SimulatedDisk disk)
    {
        IncomingFile file = new(directory.Files.PathOf(Received), disk);
        file.Begin();
        try
        {
            foreach (string part in (string[])["received ", "rows, ", "in three parts"]) file.Append(Encoding.UTF8.GetBytes(part));
            Assert.True(file.Is(Received));
            file.Store();
        }
        catch (IOException)
        {
            file.Remove();
            throw;
        }
    }

    private static List<int> Read(RunLog log)
    {
        List<int> lines = [];
        long offset = 0;
        while (true)
        {
            RunLogPart part = log.Read("r", offset);
            lines.AddRange(part.Lines.Select(line => (int)line.At));
            offset = part.Next;
            if (part.IsEnd) return lines;
        }
    }

    private static int Count()
    {
        SimulatedDisk disk = new(new Random(1));
        Work(disk, new Acknowledged());
        return disk.Operations;
    }

    private static JobDescription Job(string name)
    {
        JobDescription job = new("", name, "[]", "{}", HashOf(name).ToString(), null, null, null, 1, "{}", "{}", "data");
        return job with { RunId = StoredRecords.IdOf(job) };
    }

    private static ContentHash HashOf(string text) => new(System.IO.Hashing.XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(text)));

    private int Seed()
    {
        int seed = Environment.GetEnvironmentVariable("RNNACTORS_SEED") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture)
            : Random.Shared.Next(100_000);
        log.WriteLine($"seed {seed}: RNNACTORS_SEED={seed} repeats it");
        return seed;
    }

    private sealed class Acknowledged
    {
        public bool IsStored { get; set; }

        public bool HasReceived { get; set; }

        /// <summary>Whether it may be gone.</summary>
        public bool IsDeleting { get; set; }

        public bool IsDeleted { get; set; }

        /// <summary>The last line of the log that was written.</summary>
        public int Line { get; set; }

        /// <summary>The last members that were remembered, and those that were being remembered.</summary>
        public IReadOnlyList<string[]> MayBeMembers { get; private set; } = [[]];

        public void Try(string[] members) => MayBeMembers = [.. MayBeMembers, members];

        public void Settle() => MayBeMembers = [MayBeMembers[^1]];
    }
}
