using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Core.Problems;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;

namespace RnnActors.Cli.Commands;

/// <summary><c>new</c>: a commented specification to start from.</summary>
internal static class NewCommand
{
    private const int NameWidth = 17;

    public static Command Create(Terminal terminal)
    {
        var kind = new Argument<string?>("task")
        {
            Description = string.Join(" or ", TaskKinds.All.Select(known => known.Name)) + ".",
            Arity = ArgumentArity.ZeroOrOne,
        };
        kind.CompletionSources.Add([.. TaskKinds.All.Select(known => known.Name)]);
        var list = new Option<bool>("--list") { Description = "List the tasks and what they are for." };
        var file = new Argument<string?>("file") { Description = "The file to write. The default is TASK.json.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("new", "Writes a commented specification to start from.") { kind, file, list };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(list))
            {
                foreach (TaskKind known in TaskKinds.All)
                {
                    string text = $"{known.Name,-NameWidth}{known.Purpose}; reads {known.FileNoun}";
                    foreach (string line in WrappedWriter.Wrap(text, terminal.Console.Profile.Width, NameWidth)) terminal.Output.WriteLine(line);
                }

                return;
            }

            string name = parsed.GetValue(kind) ?? throw new InvalidInputException("no task is named", "Name one of those that new --list shows");
            string template = TaskKinds.Named(name).Template;
            string path = parsed.GetValue(file) ?? $"{name}.json";
            Write(path, template);
            terminal.Output.WriteLine($"{path}: set data.path in it, then");
            terminal.Output.WriteLine($"    {terminal.Invocation.Of("train", path)}");
        });
        return command;
    }

    private static void Write(string path, string text)
    {
        if (File.Exists(path))
            throw new InvalidInputException("this file is there already, and is not overwritten", "Give another name", new SourceLocation(path));
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
