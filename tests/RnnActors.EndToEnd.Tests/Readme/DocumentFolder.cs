using RnnActors.Data.Specifications;
using RnnActors.EndToEnd.Tests.Processes;
using Xunit;

namespace RnnActors.EndToEnd.Tests.Readme;

/// <summary>
/// A folder in which a document's blocks are run one after another. It shows what the repository's folder shows, but for <c>runs</c>, so that commands work as
/// they are written and leave nothing behind.
/// </summary>
public sealed class DocumentFolder : IDisposable
{
    private const string Invocation = "dotnet run -c Release --project src/RnnActors.Cli --";

    public DocumentFolder()
    {
        foreach (string entry in Directory.GetFileSystemEntries(Repository)
            .Where(entry => System.IO.Path.GetFileName(entry) is var name && name[0] != '.' && name != "runs"))
            File.CreateSymbolicLink(System.IO.Path.Combine(Path, System.IO.Path.GetFileName(entry)), entry);
    }

    /// <summary>The folder of the solution.</summary>
    public static string Repository { get; } = FindRepository();

    public string Path { get; } = Directory.CreateTempSubdirectory("rnnactors-readme-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>Does what the block's mark asks for.</summary>
    internal void Try(MarkedBlock block)
    {
        Skip.If(block.Use == BlockUse.Skip, block.Argument);
        if (block.Use == BlockUse.File) File.WriteAllText(System.IO.Path.Combine(Path, block.Argument!), block.Text + "\n");
        else if (block.Use == BlockUse.Parse) foreach (string command in block.Commands) Parse(command);
        else Run(block);
    }

    private void Run(MarkedBlock block)
    {
        Skip.If(block.Argument is not null && Environment.GetEnvironmentVariable(block.Argument) is null or "", $"{block.Argument} is not set");
        var result = block.Language switch
        {
            "sh" => Wait("sh", "-e", "-c", OfCommands(block.Text)),
            "csharp" => RunProgram(block),
            _ => throw new FormatException($"Nobody knows how to run {block.Language}."),
        };
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.True(block.FirstMissing(result.Both) is not { } missing, $"\"{block.FirstMissing(result.Both)}\" is not in the output of\n{result}");
    }

    /// <summary>The same script with the program that was built, however the block calls it.</summary>
    private static string OfCommands(string script)
    {
        string program = $"dotnet '{Rnnactors.Library}'";
        return string.Join('\n', script.Replace(Invocation, program, StringComparison.Ordinal).Split('\n').Select(
            line => line.StartsWith("rnnactors ", StringComparison.Ordinal) ? program + line["rnnactors".Length..] : line));
    }

    /// <summary>The program with the libraries as they were built, compiled as a user's project is.</summary>
    private ProcessResult RunProgram(MarkedBlock block)
    {
        string folder = Directory.CreateDirectory(System.IO.Path.Combine(Path, $"program-{block.Line}")).FullName;
        string references = string.Concat(Rnnactors.Libraries().Select(library => $"<Reference Include=\"{library}\" />"));
        if (((string[])["Extensions", "AspNetCore"]).Any(name => block.Text.Contains($"using Microsoft.{name}.", StringComparison.Ordinal)))
            references += "<FrameworkReference Include=\"Microsoft.AspNetCore.App\" />";
        File.WriteAllText(System.IO.Path.Combine(folder, "Program.cs"), block.Text);
        File.WriteAllText(System.IO.Path.Combine(folder, "Program.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><UseAppHost>false</UseAppHost>
                <ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable>
                <NuGetAudit>false</NuGetAudit><RunAnalyzers>false</RunAnalyzers>
              </PropertyGroup>
              <ItemGroup>{references}</ItemGroup>
            </Project>
            """);
        return Wait("dotnet", "run", "-c", "Release", "--project", folder);
    }

    /// <summary>The program understands the command, and the specification in it.</summary>
    private void Parse(string command)
    {
        string? beginning = new[] { Invocation, "rnnactors " }.FirstOrDefault(one => command.StartsWith(one, StringComparison.Ordinal));
        Assert.True(beginning is not null, $"'{command}' is no command of ours.");
        string[] arguments = [.. Words(command[beginning.Length..])];
        var help = Rnnactors.Run(Path, [.. arguments, "--help"]);
        Assert.True(help.ExitCode == 0, help.ToString());
        int file = Array.FindIndex(arguments, RunSpecification.IsSpecificationFile);
        if (file < 0) return;
        string[] changes = [.. arguments.Zip(arguments.Skip(1)).Where(pair => pair.First == "--set").Select(pair => pair.Second)];
        RunSpecification.Load(System.IO.Path.Combine(Path, arguments[file]), changes);
    }

    /// <summary>As the shell splits a command.</summary>
    private string[] Words(string command)
    {
        var result = Wait("sh", "-c", $"printf '%s\\n' {command}");
        return result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private ProcessResult Wait(string program, params string[] arguments)
    {
        using var run = ProcessRun.Start(program, arguments, Path);
        return run.WaitForExit();
    }

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "RnnActors.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("The tests do not run inside the repository.");
    }
}
