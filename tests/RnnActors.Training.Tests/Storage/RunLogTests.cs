using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;
using Xunit;

namespace RnnActors.Training.Tests.Storage;

public sealed class RunLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rnnactors-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Lines_come_back_in_parts_whatever_a_killed_process_left_between_them()
    {
        string path = Path.Combine(_folder, "run", "log.jsonl");
        var log = new RunLog(path);
        Assert.Equal((0, true), (log.Read("r", 0).Lines.Length, log.Read("r", 0).IsEnd));
        RunLogLine[] lines = [.. Enumerable.Range(0, 3000).Select(i => new RunLogLine(i, "EpochDone", $"{{\"a\":{i},\"b\":\"ä\\n\"}}"))];
        log.Append(lines[..1000]);
        File.AppendAllText(path, "{\"at\":7,\"kind\":\"Epo");
        Assert.Equal(lines[..1000], ReadAll(log));
        log.Append(lines[1000..]);
        Assert.Equal(lines, ReadAll(log));
        Assert.True(log.Read("r", 0).Lines.Length < lines.Length);
        Assert.Equal(lines[0], log.Read("r", 1L << 40).Lines[0]);
    }

    private static List<RunLogLine> ReadAll(RunLog log)
    {
        List<RunLogLine> all = [];
        long offset = 0;
        while (true)
        {
            var part = log.Read("r", offset);
            all.AddRange(part.Lines);
            offset = part.Next;
            if (part.IsEnd) return all;
        }
    }
}
