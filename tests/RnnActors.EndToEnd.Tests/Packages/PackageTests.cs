using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using RnnActors.EndToEnd.Tests.Processes;
using RnnActors.EndToEnd.Tests.Readme;
using Xunit;

namespace RnnActors.EndToEnd.Tests.Packages;

/// <summary>What <c>dotnet pack</c> makes is whole, and works where nothing of this repository is.</summary>
[Collection(BuildCollection.Name)]
public sealed partial class PackageTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    private const string Tool = "RnnActors.Tool";

    private static readonly string[] Systems = ["linux-x64", "linux-arm64", "linux-musl-x64", "linux-musl-arm64", "osx", "win-x64", "win-arm64"];

    public static TheoryData<string> Libraries => ["RnnActors.Core", "RnnActors.Data", "RnnActors.Training", "RnnActors.Runs", "RnnActors.Interop"];

    [Fact]
    public void The_libraries_and_the_tool_are_packed_and_nothing_else()
    {
        string[] expected = [.. Libraries.Cast<object[]>().Select(row => (string)row[0]), Tool];
        string[] files = [.. new[] { "nupkg", "snupkg" }.SelectMany(kind => expected.Select(id => $"{id}.{feed.Version}.{kind}"))];
        Assert.Equal(files.Order(StringComparer.Ordinal), Directory.GetFiles(feed.Packages).Select(Path.GetFileName).Order(StringComparer.Ordinal)!);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_has_its_readme_licence_documentation_and_symbols(string id)
    {
        var package = PackageFile.Open(feed, id);
        Assert.Equal((id, "MIT", "README.md"), (package.Id, package["license"], package["readme"]));
        Assert.True(package["description"].Length > 60, package["description"]);
        Assert.Contains("lstm", package["tags"].Split(' '));
        Assert.All((string[])["README.md", $"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml"], file => Assert.Contains(file, package.Files));
        Assert.Contains($"lib/net10.0/{id}.pdb", PackageFile.Open(feed, id, "snupkg").Files);
    }

    /// <summary>All but the links is as it stands in the repository, and each of them has somewhere to go.</summary>
    [Theory]
    [InlineData("RnnActors.Core")]
    [InlineData("RnnActors.Data")]
    [InlineData("RnnActors.Training")]
    [InlineData(Tool)]
    public void The_links_of_a_readme_go_to_where_the_repository_is_published(string id)
    {
        string folder = id == Tool ? "" : $"src/{id}/", packed = PackageFile.Open(feed, id).Readme!;
        string own = File.ReadAllText(Path.Combine(DocumentFolder.Repository, folder, "README.md")).ReplaceLineEndings("\n").TrimEnd();
        var links = Link().Matches(packed);
        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.Matches("^(https?://|#)", link.Groups[2].Value));
        string[] paths = [.. Regex.Matches(packed, $"{PackageFeed.Address}/blob/[^/]+/([^)#]+)").Select(found => found.Groups[1].Value)];
        Assert.NotEmpty(paths);
        Assert.All(paths, path => Assert.True(Path.Exists(Path.Combine(DocumentFolder.Repository, path)), path));
        Assert.Equal(Texts(own), Texts(packed.ReplaceLineEndings("\n").TrimEnd()));
    }

    [Fact]
    public void The_links_of_a_readme_are_text_where_the_repository_is_not_published()
    {
        string project = Path.Combine("src", "RnnActors.Training"), written = Path.Combine(feed.Path, "plain.md");
        var result = feed.Dotnet(
            DocumentFolder.Repository, "msbuild", project, "-t:WritePackageReadme", $"-p:PackedReadme={written}", "-p:RepositoryUrl=../elsewhere", "-nologo");
        Assert.True(result.ExitCode == 0, result.ToString());
        string packed = File.ReadAllText(written), own = File.ReadAllText(Path.Combine(DocumentFolder.Repository, project, "README.md"));
        Assert.All(Link().Matches(packed), link => Assert.Matches("^(https?://|#)", link.Groups[2].Value));
        Assert.Equal(Texts(own.ReplaceLineEndings("\n").TrimEnd()), Texts(packed.ReplaceLineEndings("\n").TrimEnd()));
    }

    /// <summary>Our own ones exactly, since one reads what another wrote; the others from those on that the tests were run with.</summary>
    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_needs_the_versions_that_it_was_built_with(string id)
    {
        var restored = PackageFeed.Restored(id)["libraries"]!.AsObject().Select(library => library.Key).ToHashSet();
        Assert.All(PackageFile.Open(feed, id).Dependencies, needed =>
        {
            if (needed.Id.StartsWith("RnnActors.", StringComparison.Ordinal)) Assert.Equal($"[{feed.Version}]", needed.Version);
            else Assert.Contains($"{needed.Id}/{needed.Version}", restored);
        });
        if (id == "RnnActors.Core") Assert.Equal("System.IO.Hashing", Assert.Single(PackageFile.Open(feed, id).Dependencies).Id);
    }

    [Fact]
    public void The_tool_has_native_libraries_for_every_system_that_it_is_for_and_no_other()
    {
        string[] natives = [.. PackageFile.Open(feed, Tool).Files.Where(file => file.Contains("libSkiaSharp.", StringComparison.Ordinal))];
        Assert.Equal(Systems.Order(StringComparer.Ordinal), natives.Select(file => file.Split('/')[4]).Order(StringComparer.Ordinal));
        Assert.All(natives, file => Assert.DoesNotContain(".pdb", file, StringComparison.Ordinal));
    }

    [Fact]
    public void The_example_of_the_README_runs_on_Core_alone()
    {
        var block = MarkedBlock.ReadAll(File.ReadAllText(Path.Combine(DocumentFolder.Repository, "README.md")))
            .Single(one => one.Language == "csharp" && one.Text.Contains("new Sequential(", StringComparison.Ordinal));
        var (result, libraries) = RunProgram("core", block.Text, "RnnActors.Core");
        Assert.True(block.FirstMissing(result.Output) is not { } missing, $"\"{block.FirstMissing(result.Output)}\" is not in the output of\n{result}");
        Assert.Equal(["RnnActors.Core", "System.IO.Hashing"], libraries.Select(library => library.Split('/')[0]));
    }

    [Fact]
    public void All_libraries_work_together_where_nothing_else_is()
    {
        const string program = """
            using RnnActors.Core.Fitting;
            using RnnActors.Core.Layers;
            using RnnActors.Core.Objectives;
            using RnnActors.Core.Optimizers;
            using RnnActors.Data.NumPy;
            using RnnActors.Data.Specifications;
            using RnnActors.Runs.Preparing;
            using RnnActors.Training.Local;

            var inputs = new float[,] { { 1, 2 }, { 3, 4 }, { 5, 6 }, { 7, 8 } }.Reshape(4, 2, 1);
            float[,] targets = { { 3 }, { 5 }, { 7 }, { 9 } };
            var model = new Sequential(new SimpleRnn(10), new Dense(1));
            model.Compile(new Adam(0.01), new MeanSquaredError());
            await model.FitAsync(inputs, targets, epochs: 1000, workers: 2);
            foreach (float value in model.Predict(inputs)) Console.WriteLine($"{value:F2}");
            var prepared = PreparedRun.Create("series", RunSpecification.Parse(TaskKinds.Example.Specification, "series", "", []));
            Console.WriteLine(prepared.Model.Layout.Count);
            using var file = new MemoryStream();
            NpyFile.Write(file, NumPyArray.Of([1.5f, 2.5f], 2));
            file.Position = 0;
            Console.WriteLine(string.Join(' ', NpyFile.Read(file, file.Length, "memory").ToFloats()));
            """;
        string[] ids = [.. Libraries.Cast<object[]>().Select(row => (string)row[0])];
        var (result, libraries) = RunProgram("all", program, ids);
        Assert.Equal(["3.00", "5.00", "7.00", "9.00", "18257", "1.5 2.5"], result.Output.TrimEnd().Split('\n'));
        var ours = ids.SelectMany(id => PackageFeed.Restored(id)["libraries"]!.AsObject().Select(library => library.Key)).ToHashSet();
        Assert.All(libraries.Where(library => !library.StartsWith("RnnActors.", StringComparison.Ordinal)), library => Assert.Contains(library, ours));
    }

    [Fact]
    public void The_tool_trains_from_an_empty_folder_to_the_bits_of_the_program_that_was_built()
    {
        string folder = feed.Folder("tool");
        var installed = feed.Dotnet(folder, "tool", "install", Tool, "--tool-path", "tools", "--version", feed.Version, "--configfile", "NuGet.config");
        Assert.True(installed.ExitCode == 0, installed.ToString());
        string rnnactors = Path.Combine(folder, "tools", OperatingSystem.IsWindows() ? "rnnactors.exe" : "rnnactors");

        var version = feed.Run(rnnactors, folder, "--version");
        Assert.Equal((0, Rnnactors.Run(folder, "--version").Output), (version.ExitCode, version.Output));
        string[] command = ["train", "--max-steps", "20", "--workers", "2", "--json", "--out"];
        var trained = feed.Run(rnnactors, folder, [.. command, "by-tool"]);
        Assert.True(trained.ExitCode == 0, trained.ToString());
        Assert.Equal(
            Rnnactors.Parameters(Rnnactors.RunToDone(folder, [.. command[..^2], "--out", "by-build"])),
            Rnnactors.Parameters(Rnnactors.Json(trained.Output.TrimEnd().Split('\n')[^1])));
        Assert.True(File.Exists(Path.Combine(folder, "by-tool", "forecast.png")), trained.ToString());
    }

    /// <summary>A document without its links, their texts in their places.</summary>
    private static string Texts(string document) => Link().Replace(document, "$1");

    [GeneratedRegex(@"\[([^\[\]]+)\]\(([^()\s]+)\)")]
    private static partial Regex Link();

    /// <summary>Compiles and runs a program on packages of this feed.</summary>
    /// <returns>How it ended, and the packages that were restored for it.</returns>
    private (ProcessResult Result, string[] Libraries) RunProgram(string name, string program, params string[] packages)
    {
        string folder = feed.Folder(name);
        string references = string.Concat(packages.Select(id => $"""<PackageReference Include="{id}" Version="{feed.Version}" />"""));
        File.WriteAllText(Path.Combine(folder, "Program.cs"), program);
        File.WriteAllText(Path.Combine(folder, "Program.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors><NuGetAudit>false</NuGetAudit><RunAnalyzers>false</RunAnalyzers>
              </PropertyGroup>
              <ItemGroup>{references}</ItemGroup>
            </Project>
            """);
        var result = feed.Dotnet(folder, "run", "-c", "Release");
        Assert.True(result.ExitCode == 0, result.ToString());
        JsonObject assets = Rnnactors.Json(File.ReadAllText(Path.Combine(folder, "obj", "project.assets.json")));
        return (result, [.. assets["libraries"]!.AsObject().Select(library => library.Key)]);
    }
}
