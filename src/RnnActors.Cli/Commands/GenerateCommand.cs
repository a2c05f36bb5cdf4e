using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using RnnActors.Cli.Display;
using RnnActors.Cli.Processes;
using RnnActors.Core.Generation;
using RnnActors.Core.Problems;
using RnnActors.Data.Files;
using RnnActors.Data.Tasks;
using RnnActors.Data.Text;

namespace RnnActors.Cli.Commands;

/// <summary><c>generate</c>: continues a text with a language model, and shows it while it is written.</summary>
internal static class GenerateCommand
{
    private const int DefaultLength = 500;

    public static Command Create(Terminal terminal)
    {
        var run = RunOptions.Run();
        var prompt = new Option<string?>("--prompt") { Description = "What the text begins with. The default is the beginning of a line.", HelpName = "TEXT" };
        var promptFile = new Option<string?>("--prompt-file") { Description = "A file with what the text begins with.", HelpName = "FILE" };
        var length = CommandOptions.AtLeast("--length", 1, $"Characters (or bytes) to write. The default is {DefaultLength}.");
        var temperature = Number(
            "--temperature", "T", "Below 1 the text is more cautious, above 1 more random; 0 always takes the likeliest. The default is 1.");
        var topK = CommandOptions.AtLeast("--top-k", 1, "Sample among this many likeliest tokens only.");
        var topP = Number("--top-p", "P", "Sample among the likeliest tokens whose probabilities first sum to this (nucleus sampling).");
        var seed = CommandOptions.Seed("The seed of sampling. The default is 1: the same command writes the same text.");
        var best = RunOptions.Best();
        var last = RunOptions.Last();
        var json = CommandOptions.Json();
        var command = new Command("generate", "Lets a trained language model write.")
        {
            run, prompt, promptFile, length, temperature, topK, topP, seed, best, last, json,
        };
        command.SetAction((parsed, _) =>
        {
            var sampling = new SamplingSpec
            {
                Temperature = parsed.GetValue(temperature) ?? 1,
                TopK = parsed.GetValue(topK),
                TopP = parsed.GetValue(topP) ?? 1,
                Seed = parsed.GetValue(seed) ?? 1,
            };
            sampling.Validate();
            var trained = RunOptions.Open(parsed.GetRequiredValue(run), warning => terminal.Error.WriteLine($"Warning: {warning}"));
            var choice = RunOptions.Choice(parsed.GetValue(best), parsed.GetValue(last));
            string beginning = Prompt(parsed.GetValue(prompt), parsed.GetValue(promptFile));
            using var text = trained.Generate(beginning, sampling, choice);
            int units = parsed.GetValue(length) ?? DefaultLength;
            if (!parsed.GetValue(json)) return Task.FromResult(Write(terminal, text, beginning, units));
            return Task.FromResult(WriteJson(terminal, text, units, (written, seconds, all) => new JsonLineWriter(terminal.Output).Write(
                "done", ("prompt", beginning), ("text", all), ("tokens", written), ("seconds", seconds), ("tokens_per_second", written / seconds),
                ("seed", sampling.Seed),
                ("parameters", trained.HashOf(choice)), ("checkpoint", trained.Checkpoint.Path))));
        });
        return command;
    }

    private static Option<double?> Number(string name, string value, string description)
    {
        var option = new Option<double?>(name) { Description = description, HelpName = value };
        option.CustomParser = result =>
        {
            if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)) return number;
            result.AddError($"{name} is {result.Tokens[0].Value}, but it must be a number");
            return null;
        };
        return option;
    }

    private static string Prompt(string? text, string? file)
    {
        if (file is null) return text ?? "";
        if (text is not null) throw new InvalidInputException("there are two prompts", "Give --prompt or --prompt-file");
        return File.Exists(file) ? TextFiles.Read(file, file, "utf-8") : throw MissingPath.Refuse(file, "there is no such file");
    }

    /// <summary>Shows the text while it is written.</summary>
    /// <returns>The exit code.</returns>
    private static int Write(Terminal terminal, GeneratedText text, string prompt, int length)
    {
        terminal.Output.Write(prompt);
        return Write(terminal, text, length, Show, (_, _) => terminal.Output.WriteLine());

        void Show(string part)
        {
            terminal.Output.Write(part);
            terminal.Output.Flush();
        }
    }

    /// <summary>Reports the whole text at its end.</summary>
    /// <returns>The exit code.</returns>
    private static int WriteJson(Terminal terminal, GeneratedText text, int length, Action<int, double, string> report)
    {
        var all = new StringBuilder();
        return Write(terminal, text, length, part => all.Append(part), (written, seconds) => report(written, seconds, all.ToString()));
    }

    /// <param name="show">Called with each part of the text.</param>
    /// <param name="end">Called with the number of units and the seconds.</param>
    private static int Write(Terminal terminal, GeneratedText text, int length, Action<string> show, Action<int, double> end)
    {
        using var signals = new StopSignals(beforeExit: terminal.Restore);
        long began = Stopwatch.GetTimestamp();
        int written = 0;
        for (; written < length && !signals.Token.IsCancellationRequested; written++) show(text.Next());
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        show(text.End());
        end(written, seconds);
        terminal.Output.Flush();
        terminal.Error.WriteLine($"{written:N0} {text.Unit} in {seconds:0.00} s: {written / seconds:N0} a second");
        return signals.ExitCode;
    }
}
