using System.CommandLine;
using System.CommandLine.Parsing;
using RnnActors.Core.Problems;

namespace RnnActors.Cli.Commands;

/// <summary>Finds what the parser did not understand, and suggests the name that was probably meant.</summary>
internal static class CommandLineMistake
{
    /// <exception cref="InvalidInputException">There is a mistake.</exception>
    public static void Refuse(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (UnknownOption(parsed) is { } option)
        {
            var names = command.Options.Where(known => !known.Hidden).Select(known => known.Name.TrimStart('-'));
            string? nearest = Suggestion.Nearest(option.TrimStart('-'), names);
            throw new InvalidInputException(
                $"there is no option {option} for {command.Name}", nearest is null ? $"See {command.Name} --help" : $"Did you mean --{nearest}");
        }

        if (parsed.Errors.Count == 0 || parsed.Action is System.CommandLine.Help.HelpAction) return;
        if (command.Subcommands.Count > 0)
        {
            string[] known = [.. command.Subcommands.Select(sub => sub.Name)];
            string? given = parsed.UnmatchedTokens is [var first, ..] ? first : null;
            string? nearest = given is null ? null : Suggestion.Nearest(given, known);
            throw new InvalidInputException(
                given is null
                    ? $"no command was given{(command is RootCommand ? "" : $" to {command.Name}")}"
                    : $"there is no command {(command is RootCommand ? "" : command.Name + " ")}{given}",
                nearest is null ? $"The commands are {string.Join(", ", known)}" : $"Did you mean {nearest}");
        }

        throw new InvalidInputException(parsed.Errors[0].Message.TrimEnd('.'), $"See {command.Name} --help");
    }

    /// <summary>An unknown option, which the parser takes for an argument; null for none.</summary>
    private static string? UnknownOption(ParseResult parsed) =>
        parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens.Select(token => token.Value))
            .Concat(parsed.UnmatchedTokens)
            .Select(token => token.Split('=')[0])
            .FirstOrDefault(token => token.Length > 1 && token[0] == '-' && (token[1] == '-' ? token.Length > 2 : char.IsAsciiLetter(token[1])));
}
