using RnnActors.EndToEnd.Tests.Processes;
using Xunit;

namespace RnnActors.EndToEnd.Tests.Completions;

/// <summary>The script in the shell itself: bash calls the function that it registered, as the TAB key does.</summary>
public sealed class BashTests : IDisposable
{
    /// <summary>Presses TAB behind a line whose words are given as bash parts them, at = and : too.</summary>
    private const string Press = """
        source <(rnnactors completion bash)
        COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDS=("${@:2}") COMP_CWORD=$(($# - 2))
        registered=$(complete -p rnnactors)
        [[ $registered =~ -F\ ([^ ]+) ]] && "${BASH_REMATCH[1]}" rnnactors
        printf '%s\n' "${COMPREPLY[@]}"
        """;

    private readonly Workplace _at = new();

    public BashTests()
    {
        if (OperatingSystem.IsWindows()) return;
        File.WriteAllText(_at["rnnactors"], $"#!/bin/sh\nexec dotnet '{Rnnactors.Library}' \"$@\"\n");
        File.SetUnixFileMode(_at["rnnactors"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public void Dispose() => _at.Dispose();

    [SkippableTheory]
    [InlineData("rnnactors tr", "rnnactors|tr", "train")]
    [InlineData("rnnactors train --wor", "rnnactors|train|--wor", "--workers")]
    [InlineData("rnnactors train --task cl", "rnnactors|train|--task|cl", "classify")]
    [InlineData("rnnactors train --set training.loss=hu", "rnnactors|train|--set|training.loss|=|hu", "huber")]
    [InlineData("rnnactors train --set training.loss=", "rnnactors|train|--set|training.loss|=", "binaryCrossEntropy")]
    [InlineData("rnnactors train f", "rnnactors|train|f", "")]
    public void A_tab_completes(string line, string words, string expected)
    {
        Skip.IfNot(Path.Exists("/bin/bash"), "there is no bash");
        using var run = ProcessRun.Start("/bin/bash", ["--norc", "-c", Press, "press", line, .. words.Split('|')], _at.Path, new Dictionary<string, string?>
        {
            ["PATH"] = $"{_at.Path}:{Environment.GetEnvironmentVariable("PATH")}",
        });
        var result = run.WaitForExit();
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(expected, result.Output.Split('\n')[0]);
    }
}
