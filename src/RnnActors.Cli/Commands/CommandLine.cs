using System.CommandLine;
using System.Globalization;
using RnnActors.Cli.Completions;
using RnnActors.Cli.Display;
using RnnActors.Cli.Processes;
using RnnActors.Core.Problems;
using RnnActors.Training.Coordinator;

namespace RnnActors.Cli.Commands;

/// <summary>The commands by their names. Exceptions become a sentence on the error stream and an exit code.</summary>
internal sealed class CommandLine(Terminal terminal)
{
    private const string DebugVariable = "RNNACTORS_DEBUG";

    /// <summary>Whether the user asked for technical details of errors.</summary>
    public static bool ShowsDetails => Environment.GetEnvironmentVariable(DebugVariable) == "1";

    public async Task<int> RunAsync(string[] args)
    {
        terminal.Command = terminal.Invocation.Of(args);
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        RootCommand root = Root(terminal);
        if (Suggestions.Asked(root, args) is { } lines)
        {
            foreach (string line in lines) terminal.Output.WriteLine(line);
            return 0;
        }

        try
        {
            var parsed = root.Parse(args);
            CommandLineMistake.Refuse(parsed);
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                Output = terminal.Output,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null, // training ends by itself, with a checkpoint
            }).ConfigureAwait(false);
        }
        catch (InvalidInputException e)
        {
            return Fail(ExitCode.InvalidInput, (e.Where is null ? Sentence(e.Message) : e.Message) + KeyHint.Of(e, args), e, args);
        }
        catch (NonFiniteException e)
        {
            return Fail(ExitCode.NonFinite, e.Message, e, args);
        }
        catch (TrainingFailedException e)
        {
            return Fail(ExitCode.Failed, $"{Sentence(e.Message).TrimEnd('.')}.", e, args);
        }
        catch (Exception e)
        {
            return Fail(
                ExitCode.Failed,
                $"Unexpected error: {e.Message} Please report it with the command and its output.  "
                    + $"Setting {DebugVariable}=1 shows the details.", e, args);
        }
    }

    /// <summary>All commands with their options.</summary>
    public static RootCommand Root(Terminal terminal) =>
        new("Trains recurrent networks on series and texts: in C#, by actors, with the same bits on any number of workers.")
        {
            TrainCommand.Create(terminal),
            ResumeCommand.Create(terminal),
            EvaluateCommand.Create(terminal),
            ReportCommand.Create(terminal),
            BacktestCommand.Create(terminal),
            PredictCommand.Create(terminal),
            GenerateCommand.Create(terminal),
            VerifyCommand.Create(terminal),
            ReplayCommand.Create(terminal),
            ExportCommand.Create(terminal),
            ImportCommand.Create(terminal),
            ExplainCommand.Create(terminal),
            InspectCommand.Create(terminal),
            BenchCommand.Create(terminal),
            NewCommand.Create(terminal),
            SchemaCommand.Create(terminal),
            NodeCommand.Create(terminal),
            StatusCommand.Create(terminal),
            HealthCommand.Create(terminal),
            AcceptLossCommand.Create(terminal),
            RunsCommand.Create(terminal),
            AttachCommand.Create(terminal),
            LogsCommand.Create(terminal),
            CancelCommand.Create(terminal),
            FetchCommand.Create(terminal),
            DeleteCommand.Create(terminal),
            PriorityCommand.Create(terminal),
            DrainCommand.Create(terminal),
            CompletionCommand.Create(terminal),
        };

    private static string Sentence(string text) => text.Length > 0 ? char.ToUpperInvariant(text[0]) + text[1..] : text;

    private int Fail(int code, string message, Exception cause, string[] args)
    {
        if (args.Contains(CommandOptions.JsonName)) new JsonLineWriter(terminal.Output).Write("error", ("message", message), ("exit_code", code));
        terminal.Error.WriteLine(message);
        if (ShowsDetails) terminal.Error.WriteLine(cause);
        return code;
    }
}
