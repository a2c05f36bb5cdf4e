using System.CommandLine;
using RnnActors.Cli.Commands;
using RnnActors.Cli.Display;
using Xunit;

namespace RnnActors.Cli.Tests.Completions;

public sealed class SuggestionsTests
{
    [Theory]
    [InlineData("tr", "train")]
    [InlineData("bench k", "kernels")]
    [InlineData("train --ep", "--epochs")]
    [InlineData("train data.csv --window 12 --hori", "--horizon")]
    [InlineData("train --task c", "classify")]
    [InlineData("train --layout ", "columns", "long", "rows")]
    [InlineData("train --json ")]
    [InlineData("train data.csv ")]
    [InlineData("resume ru")]
    [InlineData("new la", "language-model")]
    [InlineData("node --role w", "worker")]
    [InlineData("explain runs/x --method i", "input-gradient", "integrated-gradients")]
    [InlineData("train --set training.ba", "training.batch=")]
    [InlineData("train --set training.optimizer=adam", "training.optimizer=adam", "training.optimizer=adamW")]
    [InlineData("train --set model.0.mi", "model.0.minGru=", "model.0.minLstm=")]
    [InlineData("completion ", "bash", "fish", "pwsh", "zsh")]
    public async Task A_line_goes_on_so(string line, params string[] expected) => Assert.Equal(expected, await AskAsync(line));

    [Fact]
    public async Task What_stands_behind_the_cursor_does_not_count()
    {
        var asked = await CommandRun.OfAsync("[suggest:2]", "trxx --json");
        Assert.Equal((0, "train", ""), (asked.Code, asked.Output.TrimEnd(), asked.Error));
    }

    [Fact]
    public async Task Every_command_and_every_option_is_found_by_how_it_begins()
    {
        foreach (Command command in CommandLine.Root(Terminal.ToWriters(TextWriter.Null, TextWriter.Null)).Subcommands.Where(command => !command.Hidden))
        {
            Assert.Contains(command.Name, await AskAsync(command.Name[..2]));
            string[] options = [.. command.Options.Where(option => !option.Hidden).Select(option => option.Name)];
            Assert.Subset((await AskAsync($"{command.Name} --")).ToHashSet(), options.ToHashSet());
        }
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("pwsh")]
    public async Task The_script_of_a_shell_asks_for_suggestions(string shell)
    {
        var script = await CommandRun.OfAsync("completion", shell);
        Assert.Equal(0, script.Code);
        Assert.Contains("[suggest:", script.Output, StringComparison.Ordinal);
        Assert.Contains($"rnnactors completion {shell}", script.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_shell_is_refused_with_those_that_there_are()
    {
        var refused = await CommandRun.OfAsync("completion", "cmd");
        Assert.Equal(2, refused.Code);
        Assert.All((string[])["cmd", "bash", "zsh", "fish", "pwsh"], word => Assert.Contains(word, refused.Error, StringComparison.Ordinal));
    }

    private static async Task<string[]> AskAsync(string line)
    {
        var asked = await CommandRun.OfAsync($"[suggest:{line.Length}]", line);
        Assert.Equal((0, ""), (asked.Code, asked.Error));
        return asked.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
