using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace RnnActors.Core.Tests;

/// <summary>The rules of the house about who may know whom, read from the sources as they lie in the repository.</summary>
public partial class ArchitectureTests
{
    private const string Benchmarks = "RnnActors.Benchmarks";

    private static readonly string Root = Repository.Root;

    public static TheoryData<string, string[]> Projects => new()
    {
        { "RnnActors.Core", [] },
        { "RnnActors.Data", ["RnnActors.Core"] },
        { "RnnActors.Training", ["RnnActors.Core"] },
        { "RnnActors.Runs", ["RnnActors.Core", "RnnActors.Data", "RnnActors.Training"] },
        { "RnnActors.Interop", ["RnnActors.Core", "RnnActors.Data"] },
        { "RnnActors.Cli", ["RnnActors.Core", "RnnActors.Data", "RnnActors.Training", "RnnActors.Runs", "RnnActors.Interop"] },
    };

    /// <summary>The rooms of the kernels and what they may know of one another: no two know each other.</summary>
    public static TheoryData<string, string[]> Kernels => new()
    {
        { "Memory", [] },
        { "Simd", ["Memory"] },
        { "Threads", ["Memory"] },
        { "Functions", ["Simd"] },
        { "RandomNumbers", ["Functions"] },
        { "Updates", ["Functions", "Simd"] },
        { "Sums", ["Functions", "Memory", "Simd", "Threads"] },
        { "Cells", ["Functions", "Memory", "Simd", "Threads"] },
        { "Products", ["Functions", "Memory", "Products.Packed", "Products.Tiles", "Products.Transposed", "Simd", "Sums", "Threads"] },
    };

    public static TheoryData<string> ProjectsWithFolders => [.. FolderRules.OfProject.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_knows_no_others_than_these(string project, string[] known) =>
        Assert.All(
            References(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))),
            name => Assert.Contains(name, known));

    [Fact]
    public void Core_needs_the_base_library_and_hashes_alone() => Assert.Equal(["System.IO.Hashing"], References("RnnActors.Core", "PackageReference"));

    [Fact]
    public void Only_Training_knows_actors()
    {
        foreach (string project in new[] { "RnnActors.Core", "RnnActors.Data", "RnnActors.Runs", "RnnActors.Interop", "RnnActors.Cli" })
        {
            Assert.DoesNotContain(References(project, "PackageReference"), name => name.StartsWith("Akka", StringComparison.Ordinal));
            AssertNowhere(Sources(Path.Combine(Root, "src", project)), @"\bAkka\b");
        }
    }

    [Fact]
    public void Every_project_has_its_rule() =>
        Assert.Equal(
            Projects.Cast<object[]>().Select(row => (string)row[0]).Order(StringComparer.Ordinal),
            Directory.GetDirectories(Path.Combine(Root, "src")).Select(Path.GetFileName).Order(StringComparer.Ordinal)!);

    [Theory]
    [MemberData(nameof(Kernels))]
    public void A_room_of_the_kernels_knows_no_others_than_these(string room, string[] known)
    {
        const string Using = "using RnnActors.Core.Kernels.";
        var lines = Sources(Path.Combine(Root, "src", "RnnActors.Core", "Kernels", room)).SelectMany(source => source.Lines);
        var used = lines.Where(line => line.StartsWith(Using, StringComparison.Ordinal));
        Assert.All(used.Select(line => line[Using.Length..].TrimEnd(';')), name => Assert.Contains(name, known));
    }

    [Fact]
    public void Every_room_of_the_kernels_has_its_rule()
    {
        string kernels = Path.Combine(Root, "src", "RnnActors.Core", "Kernels");
        Assert.Empty(Directory.GetFiles(kernels));
        Assert.Equal(
            Kernels.Cast<object[]>().Select(row => (string)row[0]).Order(StringComparer.Ordinal),
            Directory.GetDirectories(kernels).Select(Path.GetFileName).Order(StringComparer.Ordinal)!);
    }

    /// <summary>It is what the tests hold the fast code to, so the fast code cannot rest on it.</summary>
    [Fact]
    public void Nothing_but_tests_uses_the_reference() =>
        AssertNowhere(
            Sources(Path.Combine(Root, "src")).Where(source => !source.Path.Contains("/RnnActors.Core/Reference/", StringComparison.Ordinal)),
            @"\bCore\.Reference\b");

    [Theory]
    [MemberData(nameof(ProjectsWithFolders))]
    public void A_folder_is_named_once_and_stands_below_all_that_it_may_use(string project)
    {
        var rules = FolderRules.OfProject[project];
        Assert.Equal(Folders(project).Keys.Order(StringComparer.Ordinal), rules.Select(rule => rule.Folder).Order(StringComparer.Ordinal));
        for (int i = 0; i < rules.Count; i++) Assert.Subset(rules.Take(i).Select(rule => rule.Folder).ToHashSet(), rules[i].MayUse.ToHashSet());
    }

    /// <summary>
    /// By a using, by a whole name, by the folder's name before that of one of its types, or, where the other folder is around it and needs no using,
    /// by the name of one of its types.
    /// </summary>
    [Theory]
    [MemberData(nameof(ProjectsWithFolders))]
    public void A_folder_uses_no_others_than_its_rule_says(string project)
    {
        var sources = Folders(project);
        foreach (var rule in FolderRules.OfProject[project])
        {
            foreach (string other in sources.Keys.Where(other => other != rule.Folder && !rule.MayUse.Contains(other)))
            {
                var declared = sources[other].SelectMany(source => source.Lines).SelectMany(line => Declaration().Matches(line));
                string types = string.Join('|', declared.Select(found => found.Groups[1].Value).Distinct());
                string name = other.Replace('/', '.'), whole = Regex.Escape($"{project}.{name}");
                var folders = sources.Keys.Where(folder => folder.StartsWith(other + "/", StringComparison.Ordinal));
                string[] inside = [.. folders.Select(folder => folder[(other.Length + 1)..].Replace('/', '.'))];
                string apart = inside.Length == 0 ? "" : $@"(?!\.({string.Join('|', inside.Select(Regex.Escape))})\b)";
                string around = rule.Folder.StartsWith(other + "/", StringComparison.Ordinal) ? $@"|(?<![.\w])({types})\b" : "";
                string last = Regex.Escape(name.Split('.')[^1]);
                AssertNowhere(sources[rule.Folder], $@"\busing {whole}{apart}[.;]|\b{whole}\.({types})\b|(?<![.\w]){last}\.({types})\b{around}");
            }
        }
    }

    [Fact]
    public void Checkpoints_never_know_layers() =>
        AssertNowhere(Sources(Path.Combine(Root, "src", "RnnActors.Core", "Checkpoints")), @"\bLayers\.\w|RnnActors\.Core\.Layers\b");

    [Fact]
    public void Intrinsics_and_unsafe_code_are_in_the_kernels_alone() =>
        AssertNowhere(
            Sources(Path.Combine(Root, "src"))
                .Where(source => !source.Path.Contains("/RnnActors.Core/Kernels/", StringComparison.Ordinal)),
            @"\bunsafe\b|\bfixed \(|\bstackalloc \w+\*|System\.Runtime\.Intrinsics|\bVector(64|128|256|512)\b"
                + @"|System\.Runtime\.CompilerServices\.Unsafe|\bUnsafe\.");

    /// <summary>Everything else asks <c>TaskKind</c>, so that a further kind is a folder and a line.</summary>
    [Fact]
    public void Kinds_of_task_are_known_in_their_folders_and_in_one_list_alone() =>
        AssertNowhere(
            Sources(Path.Combine(Root, "src"))
                .Where(source => !Regex.IsMatch(source.Path, "/RnnActors.Data/(Tasks/[A-Z][A-Za-z]+/|Specifications/TaskKinds.cs)")),
            @"\bTasks\.(Forecasting|LanguageModeling)\b");

    [Fact]
    public void MessagePack_is_in_the_protocol_alone() =>
        AssertNowhere(
            Sources(Path.Combine(Root, "src")).Where(source => !source.Path.Contains("/RnnActors.Training/Protocol/", StringComparison.Ordinal)),
            @"\bMessagePack");

    [Fact]
    public void Only_the_command_line_writes_to_the_console() =>
        AssertNowhere(
            Sources(Path.Combine(Root, "src")).Where(source => !source.Path.Contains("/RnnActors.Cli/", StringComparison.Ordinal)),
            @"\b(System\.)?Console\.\w");

    /// <summary>Functions that differ between platforms. How many digits a figure is shown with is the one thing that they may decide.</summary>
    [Fact]
    public void No_function_that_differs_between_platforms_is_where_networks_are_trained_or_used() =>
        AssertNowhere(
            new[] { "RnnActors.Core", "RnnActors.Data", "RnnActors.Training" }.SelectMany(project => Sources(Path.Combine(Root, "src", project)))
                .Where(source => !source.Path.EndsWith("/Wording/Figures.cs", StringComparison.Ordinal)),
            @"\bMathF?\.(Exp|Log|Log2|Log10|Pow|Sin|Cos|Tan|Tanh|Sinh|Cosh|Atan|Atan2|Cbrt)\b");

    [Fact]
    public void Tests_lie_in_the_folders_of_what_they_test()
    {
        string[] ours = ["Golden", "Simulation"];
        foreach (string tests in Directory.GetDirectories(Path.Combine(Root, "tests")))
        {
            string name = Path.GetFileName(tests);
            string project = Path.Combine(Root, "src", name == Benchmarks ? "RnnActors.Core" : name[..^".Tests".Length]);
            if (!Directory.Exists(project)) continue;
            string[] theirs = [.. ours, "bin", "obj", "TestResults"];
            var folders = Directory.GetDirectories(tests).Select(folder => Path.GetFileName(folder)!).Except(theirs);
            Assert.All(folders, folder => Assert.True(Directory.Exists(Path.Combine(project, folder)), $"{Path.GetFileName(project)} has no folder {folder}."));
        }
    }

    /// <summary>Benchmarks lie beside the tests, but take minutes: they are built with them and run by themselves.</summary>
    [Fact]
    public void Benchmarks_measure_Core_and_are_no_tests()
    {
        Assert.Equal("false", Project("tests", Benchmarks).Descendants("IsTestProject").Single().Value);
        Assert.Equal(["BenchmarkDotNet"], References(Benchmarks, "PackageReference", "tests"));
        Assert.Equal(["../../src/RnnActors.Core/RnnActors.Core.csproj"], References(Benchmarks, "ProjectReference", "tests"));
        Assert.Contains($"\"{Benchmarks}\"", File.ReadAllText(Path.Combine(Root, "RnnActors.sln")), StringComparison.Ordinal);
    }

    /// <summary>A format that tests damage is a target of the fuzz program too, which takes hours: it is built with the tests and run by itself.</summary>
    [Fact]
    public void Every_format_that_is_damaged_is_a_target_of_the_fuzz_program()
    {
        const string Fuzz = "RnnActors.Fuzz";
        string[] formats = [.. Repository.Files(Path.Combine(Root, "tests"), "*Formats.cs").Select(path => Path.GetFileName(path)!)];
        string program = File.ReadAllText(Path.Combine(Root, "tests", Fuzz, "Program.cs"));
        Assert.NotEmpty(formats);
        Assert.All(formats, file => Assert.Contains($"{Path.GetFileNameWithoutExtension(file)}.All", program, StringComparison.Ordinal));
        Assert.Equal("false", Project("tests", Fuzz).Descendants("IsTestProject").Single().Value);
        Assert.Contains($"\"{Fuzz}\"", File.ReadAllText(Path.Combine(Root, "RnnActors.sln")), StringComparison.Ordinal);
    }

    /// <summary>The folders of a project that hold sources, each without those in it.</summary>
    private static Dictionary<string, Source[]> Folders(string project)
    {
        string top = Path.Combine(Root, "src", project).Replace('\\', '/');
        return Sources(top).GroupBy(source => NamedFolder(project, Path.GetRelativePath(top, Path.GetDirectoryName(source.Path)!).Replace('\\', '/')))
            .Where(folder => folder.Key != ".").ToDictionary(folder => folder.Key, folder => folder.ToArray());
    }

    /// <summary>The folder itself, or, where no rule names it, the nearest one around it that a rule names.</summary>
    private static string NamedFolder(string project, string folder)
    {
        for (string around = folder; around.Length > 0; around = around.Contains('/', StringComparison.Ordinal) ? around[..around.LastIndexOf('/')] : "")
            if (FolderRules.OfProject[project].Any(rule => rule.Folder == around)) return around;
        return folder;
    }

    private static string[] References(string project, string element, string folder = "src") =>
        [.. Project(folder, project).Descendants(element).Select(reference => (string)reference.Attribute("Include")!)];

    private static XDocument Project(string folder, string name) => XDocument.Load(Path.Combine(Root, folder, name, name + ".csproj"));

    private static void AssertNowhere(IEnumerable<Source> sources, string pattern)
    {
        var read = sources.ToArray();
        Assert.NotEmpty(read);
        var lines = read.SelectMany(source => source.Lines.Select((line, i) => (Place: $"{source.Path}:{i + 1}: {line.Trim()}", line)));
        var found = lines.Where(at => Regex.IsMatch(at.line, pattern));
        string places = string.Join('\n', found.Select(at => at.Place));
        Assert.True(places.Length == 0, places);
    }

    /// <summary>All C# files below a folder, without their comments and without the texts of strings.</summary>
    private static IEnumerable<Source> Sources(string folder) =>
        Repository.Files(folder, "*.cs")
            .Select(path => new Source(path, [.. File.ReadLines(path).Select(line => Comment().Replace(Text().Replace(line, "\"\""), ""))]));

    [GeneratedRegex(@"^(?:public|internal) .*\b(?:class|struct|record|interface|enum|delegate) (\w+)")]
    private static partial Regex Declaration();

    [GeneratedRegex("//.*$")]
    private static partial Regex Comment();

    [GeneratedRegex("""
        "([^"\\]|\\.)*"
        """)]
    private static partial Regex Text();

    private sealed record Source(string Path, string[] Lines);
}
