using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using RnnActors.EndToEnd.Tests.Processes;
using RnnActors.EndToEnd.Tests.Readme;
using Xunit;

namespace RnnActors.EndToEnd.Tests.Packages;

/// <summary>
/// All packages as <c>dotnet pack</c> makes them of what was built, in a folder of their own. Who restores from it asks no server: what the packages need
/// was restored on this machine when they were built.
/// </summary>
public sealed class PackageFeed : IDisposable
{
    /// <summary>Where the repository is said to be published.</summary>
    public const string Address = "https://example.org/rnnactors";

    public PackageFeed()
    {
        // Never the number of a release, which this machine may have installed.
        Version = $"0.0.1-check.{Guid.NewGuid().ToString("N")[..8]}";
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var packed = Dotnet(
            DocumentFolder.Repository,
            "pack", "RnnActors.sln", "-c", configuration, "--no-build", "-o", Packages, $"-p:PackageVersion={Version}",
            $"-p:RepositoryUrl={Address}.git", "-m:1", "-nodeReuse:false", "-nologo", "-v", "q");
        Assert.True(packed.ExitCode == 0, packed.ToString());
    }

    /// <summary>The folder around the packages and all that is done with them.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("rnnactors-packages-").FullName;

    public string Packages => System.IO.Path.Combine(Path, "packages");

    public string Version { get; }

    /// <summary>An empty folder whose NuGet settings know these packages and those that were restored here before.</summary>
    internal string Folder(string name)
    {
        string folder = Directory.CreateDirectory(System.IO.Path.Combine(Path, name)).FullName;
        var folders = Restored("RnnActors.Cli")["packageFolders"]!.AsObject();
        string restored = string.Concat(folders.Select((one, i) => $"""<add key="restored{i}" value="{one.Key}" />"""));
        File.WriteAllText(System.IO.Path.Combine(folder, "NuGet.config"), $"""
            <configuration>
              <packageSources><clear /><add key="packed" value="{Packages}" /></packageSources>
              <fallbackPackageFolders><clear />{restored}</fallbackPackageFolders>
            </configuration>
            """);
        return folder;
    }

    /// <summary>Runs <c>dotnet</c>. What it installs stays in this folder.</summary>
    internal ProcessResult Dotnet(string folder, params string[] arguments) => Run("dotnet", folder, arguments);

    internal ProcessResult Run(string program, string folder, params string[] arguments)
    {
        using var run = ProcessRun.Start(program, arguments, folder, new Dictionary<string, string?>
        {
            ["NUGET_PACKAGES"] = program == "dotnet" && folder != DocumentFolder.Repository ? System.IO.Path.Combine(Path, "installed") : null,
            ["DOTNET_ROOT"] = System.IO.Path.GetFullPath(System.IO.Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..")),
        });
        return run.WaitForExit();
    }

    /// <summary>What NuGet resolved for a project of the repository.</summary>
    internal static JsonObject Restored(string project) =>
        Rnnactors.Json(File.ReadAllText(System.IO.Path.Combine(DocumentFolder.Repository, "src", project, "obj", "project.assets.json")));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
