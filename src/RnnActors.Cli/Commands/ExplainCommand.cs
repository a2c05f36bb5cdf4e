using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Cli.Explanations;
using RnnActors.Core.Explanations;
using RnnActors.Core.Problems;
using RnnActors.Data.Files;
using RnnActors.Data.Tasks;
using RnnActors.Data.Trained;
using RnnActors.Runs.Explanations;
using RnnActors.Runs.Trained;
using Spectre.Console;

namespace RnnActors.Cli.Commands;

/// <summary><c>explain</c>: which inputs drove a prediction, what the hidden units did meanwhile, and how far back the gradient reaches.</summary>
internal static class ExplainCommand
{
    public const string PageFile = "explain.html";

    private const string Folder = "explain";

    private static readonly (string Name, AttributionMethod Method)[] Methods =
    [
        ("integrated-gradients", AttributionMethod.IntegratedGradients), ("input-gradient", AttributionMethod.InputGradient),
        ("occlusion", AttributionMethod.Occlusion),
    ];

    public static Command Create(Terminal terminal)
    {
        var path = RunOptions.Run();
        var row = CommandOptions.AtLeast("--row", 1, "The row of the test part, from 1. Without it, the one that the network is most wrong about.");
        var text = new Option<string?>("--text") { Description = "A text in place of a row.", HelpName = "TEXT" };
        var method = new Option<string?>("--method")
        {
            Description = $"{string.Join(", ", Methods.Select(one => one.Name))}. The default is the first.",
            HelpName = "NAME",
        };
        method.CompletionSources.Add([.. Methods.Select(one => one.Name)]);
        var step = CommandOptions.AtLeast("--step", 1, "Of a forecast, how many steps ahead; of texts and recordings, which word, token or frame.");
        var target = new Option<string?>("--target") { Description = "The column whose forecast is explained.", HelpName = "COLUMN" };
        var label = new Option<string?>("--class") { Description = "A class, tag or token in place of the predicted one.", HelpName = "NAME" };
        var unit = CommandOptions.AtLeast("--unit", 1, "The hidden unit to tell of. Without it, those that vary most.");
        var beside = new Option<string?>("--beside") { Description = "Another run of the same data: its gradients are shown beside.", HelpName = "RUN" };
        var file = new Option<string?>("--out")
        {
            Description = $"The folder for {PageFile} and the pictures. Without it, {Folder} in the run's folder.",
            HelpName = "DIR",
        };
        var noPlot = CommandOptions.NoPlot();
        var best = RunOptions.Best();
        var last = RunOptions.Last();
        var json = CommandOptions.Json();
        var command = new Command("explain", "Shows why a network gave an answer: the inputs that drove it, gates and units over time, the gradient's reach.")
        {
            path, row, text, method, step, target, label, unit, beside, file, noPlot, best, last, json,
        };
        command.SetAction((parsed, cancellation) =>
        {
            bool isJson = parsed.GetValue(json);
            var lines = new JsonLineWriter(terminal.Output);
            void Warn(string warning)
            {
                if (isJson) lines.Write("warning", ("message", warning));
                else terminal.Error.WriteLine($"Warning: {warning}");
            }

            var choice = RunOptions.Choice(parsed.GetValue(best), parsed.GetValue(last));
            var options = new ExplanationOptions
            {
                Row = parsed.GetValue(row),
                Text = parsed.GetValue(text),
                Method = MethodOf(parsed.GetValue(method)),
                Choice = new ExplanationChoice(parsed.GetValue(step), parsed.GetValue(target), parsed.GetValue(label)),
            };
            var run = RunOptions.Open(parsed.GetRequiredValue(path), Warn);
            Action<string>? tell = isJson ? null : doing => terminal.Error.WriteLine($"… {doing}");
            Explanation explanation = run.Explain(options, choice, tell, cancellation);
            RefuseMissingUnit(explanation, parsed.GetValue(unit));
            if (parsed.GetValue(beside) is { } other) explanation = Beside(explanation, RunOptions.Open(other, Warn), options, choice, tell, cancellation);
            string hash = run.HashOf(choice);
            string? page = parsed.GetValue(noPlot) ? null : Write(parsed.GetValue(file) ?? run.Folder.File(Folder), explanation, hash, CommandOf(parsed), Warn);
            if (isJson)
            {
                lines.Write("explained", ExplanationJson.Of(explanation, hash, page));
                return Task.FromResult(0);
            }

            foreach (string note in explanation.Notes) terminal.Error.WriteLine($"Note: {note}");
            ExplanationText.Write(terminal, explanation, parsed.GetValue(unit));
            terminal.Console.WriteLine();
            if (page is not null) terminal.Output.WriteLine($"page: {ShownPath.Of(page)}");
            terminal.Output.WriteLine($"parameters: {hash}");
            return Task.FromResult(0);
        });
        return command;
    }

    private static AttributionMethod MethodOf(string? name)
    {
        if (name is null) return Methods[0].Method;
        string[] names = [.. Methods.Select(one => one.Name)];
        int found = Array.IndexOf(names, name);
        if (found >= 0) return Methods[found].Method;
        throw new InvalidInputException($"--method is {name}, which is none",
            Suggestion.Nearest(name, names) is { } nearest ? $"Did you mean {nearest}" : $"There are {string.Join(", ", names)}");
    }

    private static void RefuseMissingUnit(Explanation explanation, int? unit)
    {
        if (unit is not { } number || explanation.Cells.Any(cell => cell.Traces[0].Units >= number)) return;
        int max = explanation.Cells.Select(cell => cell.Traces[0].Units).DefaultIfEmpty(0).Max();
        throw new InvalidInputException(
            max == 0 ? "the network has no recurrent layer, so there is no hidden unit"
            : $"--unit is {number}, but the largest recurrent layer has {max} units",
            max == 0 ? "Leave --unit out" : $"Give a number from 1 to {max}");
    }

    /// <summary>The gradient flows of both runs, each labelled with its run.</summary>
    private static Explanation Beside(Explanation own, TrainedRun other, ExplanationOptions options, ParameterChoice choice, Action<string>? tell,
        CancellationToken cancellation)
    {
        Explanation second = other.Explain(options with { Row = options.Text is null ? own.Row : null }, choice, tell, cancellation);
        static IEnumerable<GradientFlow> Named(Explanation explanation) =>
            explanation.Gradients.Select(flow => flow with { Layer = $"{explanation.Run}: {flow.Layer}" });
        return own with { Gradients = [.. Named(own), .. Named(second)] };
    }

    /// <returns>The path of the page.</returns>
    private static string Write(string folder, Explanation explanation, string hash, string command, Action<string> warn)
    {
        string page = Path.Combine(folder, PageFile);
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(page, ExplanationPage.Of(explanation, hash, command));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"the explanation cannot be written: {e.Message.TrimEnd('.')}", "Give another folder with --out",
                new SourceLocation(folder), e);
        }

        ExplanationPictures.Save(folder, explanation, warn);
        return page;
    }

    private static string CommandOf(ParseResult parsed) =>
        string.Join(' ', parsed.Tokens.Select(token => token.Value).Prepend("rnnactors").Select(word => word.Any(char.IsWhiteSpace) ? $"\"{word}\"" : word));
}
