using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Core.Problems;
using RnnActors.Data.Specifications;

namespace RnnActors.Cli.Commands;

/// <summary><c>new</c>: a commented specification to start from.</summary>
internal static class NewCommand
{
    private static readonly (string Name, TaskKind Task)[] Kinds = [("forecast", TaskKind.Forecast), ("language-model", TaskKind.LanguageModel)];

    public static Command Create(Terminal terminal)
    {
        var kind = new Argument<string>("task") { Description = string.Join(" or ", Kinds.Select(known => known.Name)) + "." };
        var file = new Argument<string?>("file") { Description = "The file to write. The default is TASK.json.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("new", "Writes a commented specification to start from.") { kind, file };
        command.SetAction(parsed =>
        {
            string name = parsed.GetRequiredValue(kind);
            int known = Array.FindIndex(Kinds, one => one.Name == name);
            if (known < 0)
            {
                throw new InvalidInputException(
                    $"there is no task {name}", Suggestion.Nearest(name, Kinds.Select(one => one.Name)) is { } nearest ? $"Did you mean {nearest}" : $"The tasks are {string.Join(", ", Kinds.Select(one => one.Name))}");
            }

            string path = parsed.GetValue(file) ?? $"{name}.json";
            Write(path, Templates.For(Kinds[known].Task));
            terminal.Output.WriteLine($"{path}: set data.path in it, then");
            terminal.Output.WriteLine($"    {terminal.Invocation.Of("train", path)}");
        });
        return command;
    }

    private static void Write(string path, string text)
    {
        if (File.Exists(path)) throw new InvalidInputException("this file is there already, and is not overwritten", "Give another name", new SourceLocation(path));
        try
        {
            using var writer = new StreamWriter(new FileStream(path, FileMode.CreateNew));
            writer.Write(text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"the file cannot be written: {e.Message.TrimEnd('.')}", "Give another name", new SourceLocation(path), e);
        }
    }
}
