using System.Collections;
using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using RnnActors.Cli.Commands;
using RnnActors.Cli.Display;
using RnnActors.Cli.Nodes;

namespace RnnActors.Cli.Tests.Commands;

/// <summary>All commands and options as Markdown, from the commands themselves. Options that many commands share are told once.</summary>
internal sealed partial class CommandReference
{
    private const string Head = """
        # Commands and options

        Made from the commands themselves; `rnnactors COMMAND --help` prints the same. An option's value follows it
        behind a space or `=`. With `--json`, each line of the standard output is an object.

        | exit code | |
        |---|---|
        | 0 | done |
        | 1 | it failed, or `verify` and `health` found something wrong |
        | 2 | a file, a value or an option cannot be used; nothing was trained |
        | 3 | a loss or gradient is no finite number any more |
        | 4 | a cluster's run that was followed was cancelled by somebody else |
        | 130, 143 | Ctrl-C or SIGTERM, after a checkpoint |


        """;

    private static readonly (string Title, string Link, string About, Option[] Options)[] Shared =
    [
        (
            "Options of the specification", "options-of-the-specification",
            "Each sets a key of the specification; [all keys](../../RnnActors.Data/Specifications/README.md).",
            OptionsOf(new SpecificationOptions().AddTo)),
        (
            "Options for certificates", "options-for-certificates",
            "Across hosts a cluster needs them: [how they are made](../../../deploy/README.md).",
            OptionsOf(new NodeConfiguration().Security().AddTo)),
    ];

    private readonly StringBuilder _text = new(Head);

    public static string Write()
    {
        var reference = new CommandReference();
        RootCommand root = CommandLine.Root(Terminal.ToWriters(TextWriter.Null, TextWriter.Null));
        reference.WriteList(root);
        foreach (Command command in root.Subcommands) reference.WriteCommand(command, "rnnactors");
        foreach (var (title, _, about, options) in Shared) reference.WriteShared(title, about, options);
        return reference._text.ToString().TrimEnd() + "\n";
    }

    private void WriteList(RootCommand root)
    {
        _text.Append("| command | what it does |\n|---|---|\n");
        foreach (Command command in root.Subcommands)
            _text.Append(CultureInfo.InvariantCulture, $"| [`{command.Name}`](#rnnactors-{command.Name}) | {Cell(command.Description)} |\n");
        _text.Append('\n');
    }

    private void WriteCommand(Command command, string above)
    {
        string whole = $"{above} {command.Name}";
        _text.Append(CultureInfo.InvariantCulture, $"## `{whole}`\n\n{string.Join('\n', Lines(command.Description!))}\n\n");
        if (command.Subcommands.Count == 0)
        {
            string given = string.Concat(command.Arguments.Select(argument => " " + (IsOptional(argument) ? $"[{Word(argument)}]" : Word(argument))));
            _text.Append(CultureInfo.InvariantCulture, $"```sh\n{whole}{given}{(command.Options.Count > 0 ? " [OPTIONS]" : "")}\n```\n\n");
        }

        if (command.Arguments.Count > 0)
        {
            _text.Append("| argument | default | meaning |\n|---|---|---|\n");
            foreach (Argument argument in command.Arguments) Row($"`{Word(argument)}`", argument.Description, IsOptional(argument) ? "" : "**required**");
            _text.Append('\n');
        }

        var shared = Shared.Where(group => group.Options.All(option => command.Options.Any(own => IsSame(own, option)))).ToArray();
        Option[] options = [.. command.Options.Where(option => !option.Hidden && !shared.Any(group => group.Options.Any(one => IsSame(one, option))))];
        if (options.Length > 0) WriteOptions(options);
        string links = string.Join(" and the\n", shared.Select(group => $"[{Lower(group.Title)}](#{group.Link})"));
        if (shared.Length > 0) _text.Append(CultureInfo.InvariantCulture, $"And the {links}.\n\n");
        foreach (Command inner in command.Subcommands) WriteCommand(inner, whole);
    }

    private void WriteShared(string title, string about, Option[] options)
    {
        _text.Append(CultureInfo.InvariantCulture, $"## {title}\n\n{about}\n\n");
        WriteOptions(options);
    }

    private void WriteOptions(IEnumerable<Option> options)
    {
        _text.Append("| option | default | meaning |\n|---|---|---|\n");
        foreach (Option option in options)
        {
            string names = string.Join(", ", option.Aliases.Append(option.Name).OrderBy(name => name.Length));
            string value = option.ValueType == typeof(bool) ? "" : option.Arity.MinimumNumberOfValues == 0 ? $" [{option.HelpName}]" : $" {option.HelpName}";
            Row($"`{names}{value}`", option.Description, Default(option));
        }

        _text.Append('\n');
    }

    /// <summary>What the description says of the default goes into the column of its own.</summary>
    private void Row(string name, string? description, string otherwise)
    {
        var said = DefaultSentence().Match(description ?? "");
        string meaning = said.Success ? $"{description![..said.Index].Trim()} {description[(said.Index + said.Length)..].Trim()}".Trim() : description ?? "";
        _text.Append(CultureInfo.InvariantCulture, $"| {Cell(name)} | {Cell(said.Success ? said.Groups[1].Value : otherwise)} | {Cell(meaning)} |\n");
    }

    private static string Default(Option option) =>
        option.Required ? "**required**"
        : !option.HasDefaultValue || option.ValueType == typeof(bool) ? ""
        : option.GetDefaultValue() switch
        {
            string text => text,
            IEnumerable many => string.Join(' ', many.Cast<object>()),
            var one => Convert.ToString(one, CultureInfo.InvariantCulture) ?? "",
        };

    private static bool IsOptional(Argument argument) => argument.Arity.MinimumNumberOfValues == 0;

    private static string Word(Argument argument) => argument.HelpName ?? argument.Name.ToUpperInvariant();

    private static bool IsSame(Option one, Option other) => one.Name == other.Name && one.Description == other.Description;

    private static string Lower(string title) => char.ToLowerInvariant(title[0]) + title[1..];

    private static string Cell(string? text) => (text ?? "").Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "\\<", StringComparison.Ordinal);

    /// <summary>Wrapped as all Markdown here.</summary>
    private static IEnumerable<string> Lines(string text)
    {
        const int width = 110;
        var line = new StringBuilder();
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        yield return line.ToString();
    }

    private static Option[] OptionsOf(Action<Command> add)
    {
        var command = new Command("shared");
        add(command);
        return [.. command.Options];
    }

    [GeneratedRegex(@"(?<![\w,] )The default is ((?:[^.]|\.(?=\S))+)\.(?=\s|$)")]
    private static partial Regex DefaultSentence();
}
