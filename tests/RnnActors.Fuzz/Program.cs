using RnnActors.Core.Tests.Checkpoints;
using RnnActors.Data.Tests.Files;
using RnnActors.Interop.Tests;
using RnnActors.Runs.Tests.Folders;
using RnnActors.Runs.Tests.Preparing;
using RnnActors.Tests;
using RnnActors.Training.Tests.Storage;
using SharpFuzz;

namespace RnnActors.Fuzz;

/// <summary>Every format that is read as a target of afl-fuzz, which looks for inputs by the code that they reach. <c>fuzz.sh</c> starts it.</summary>
internal static class Program
{
    private const string Usage = """
        RnnActors.Fuzz                        lists the formats
        RnnActors.Fuzz --once                 reads the files of every format that are whole, and their halves
        RnnActors.Fuzz --damaged N [FORMAT]   reads N damaged files of every format, or of these; RNNACTORS_SEED sets the seed
        RnnActors.Fuzz FORMAT --seeds FOLDER  writes its files that are whole
        RnnActors.Fuzz FORMAT --afl           reads what afl-fuzz gives
        RnnActors.Fuzz FORMAT FILE...         says what is against the law of readers in these
        """;

    /// <summary>Made when it is first asked for: instrumented code may not run before afl-fuzz has given it memory.</summary>
    private static readonly Lazy<IReadOnlyList<HostileFormat>> All = new(() =>
        [.. CheckpointFormats.All, .. DataFormats.All, .. WeightFormats.All, .. StorageFormats.All, .. RunFormats.All, .. TaskFormats.All]);

    private static IReadOnlyList<HostileFormat> Formats => All.Value;

    public static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case []:
                foreach (HostileFormat listed in Formats) Console.WriteLine(listed.Name);
                return 0;
            case ["--once"]:
                return Formats.Sum(ReadOnce) == 0 ? 0 : 1;
            case ["--damaged", var number, .. var names] when int.TryParse(number, out int count):
                _ = int.TryParse(Environment.GetEnvironmentVariable("RNNACTORS_SEED") ?? "1", out int seed);
                return DamagedFiles.Read(names is [] ? Formats : names.Select(one => HostileFormat.Find(Formats, one)), count, seed) == 0 ? 0 : 1;
            case [var target, "--afl"]:
                Fuzz(target);
                return 0;
            case [var name, .. var rest] when Formats.FirstOrDefault(format => format.Name == name) is { } format && rest.Length > 0:
                return Run(format, rest);
            default:
                Console.Error.WriteLine(Usage);
                return 2;
        }
    }

    private static int Run(HostileFormat format, string[] arguments)
    {
        switch (arguments)
        {
            case ["--seeds", var folder]:
                Directory.CreateDirectory(folder);
                foreach (var (number, bytes) in format.Valid().Index()) File.WriteAllBytes(Path.Combine(folder, $"{number}"), bytes);
                return 0;
            default:
                return Judge(format, arguments.Select(path => (Name: path, Bytes: File.ReadAllBytes(path)))) == 0 ? 0 : 1;
        }
    }

    /// <summary>Reads in a process of its own: a stack that overflows, or memory that is exhausted, ends that one, and is a finding.</summary>
    private static void Fuzz(string name)
    {
        HostileFolder? folder = null;
        Fuzzer.OutOfProcess.Run(stream =>
        {
            using MemoryStream bytes = new();
            stream.CopyTo(bytes);
            folder ??= new HostileFolder(HostileFormat.Find(Formats, name));
            if (folder.Judge(bytes.ToArray()) is { } problem) throw new InvalidOperationException(problem);
        });
    }

    /// <returns>How many were against the law.</returns>
    private static int ReadOnce(HostileFormat format)
    {
        IReadOnlyList<byte[]> valid = format.Valid();
        using (HostileFolder folder = new(format))
            foreach (byte[] bytes in valid) folder.Read(bytes);
        return Judge(format, valid.SelectMany((bytes, number) => new[] { ($"file {number}", bytes), ($"half of file {number}", bytes[..(bytes.Length / 2)]) }));
    }

    private static int Judge(HostileFormat format, IEnumerable<(string Name, byte[] Bytes)> inputs)
    {
        using HostileFolder folder = new(format);
        int read = 0, against = 0;
        foreach (var (name, bytes) in inputs)
        {
            read++;
            if (folder.Judge(bytes) is not { } problem) continue;
            against++;
            Console.WriteLine($"{format.Name}, {name}: {problem}");
        }

        Console.WriteLine($"{format.Name}: {read} read, {folder.Refused} of them refused, {against} against the law");
        return against;
    }
}
