using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Data.Specifications;

namespace RnnActors.Cli.Commands;

/// <summary><c>schema</c>: prints the JSON schema by which editors complete and check specifications.</summary>
internal static class SchemaCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("schema", "Prints the JSON schema of specifications, for editors.");
        command.SetAction(_ => terminal.Output.Write(SpecificationSchema.Text));
        return command;
    }
}
