using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using RnnActors.Cli.Display;
using RnnActors.Cli.Runs;
using RnnActors.Core.Generation;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Data.Specifications;
using RnnActors.Data.Text;

namespace RnnActors.Cli.Commands;

/// <summary><c>generate</c>: lets a language model go on with a text, and shows it while it is written.</summary>
internal static class GenerateCommand
{
    private const int DefaultLength = 500;

    public static Command Create(Terminal terminal)
    {
        var run = RunOptions.Run();
        var prompt = new Option<string?>("--prompt") { Description = "What the text begins with. The default is the beginning of a line.", HelpName = "TEXT" };
        var promptFile = new Option<string?>("--prompt-file") { Description = "A file with what the text begins with.", HelpName = "FILE" };
        var length = CommandOptions.AtLeast("--length", 1, $"Characters (or bytes) to write. The default is {DefaultLength}.");
        var temperature = Number("--temperature", "T", "Below 1 the likely becomes likelier, above 1 the text becomes wilder; 0 takes the likeliest. The default is 1.");
        var topK = CommandOptions.AtLeast("--top-k", 1, "Choose among the so many likeliest alone.");
        var topP = Number("--top-p", "P", "Choose among the likeliest alone whose probabilities first sum to this.");
        var seed = CommandOptions.Seed("Of the choices. The default is 1: the same command writes the same text.");
        var best = RunOptions.Best();
        var last = RunOptions.Last();
        var json = CommandOptions.Json();
        var command = new Command("generate", "Lets a trained language model write.") { run, prompt, promptFile, length, temperature, topK, topP, seed, best, last, json };
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
            using var writing = new Writing(trained, choice, sampling, Prompt(parsed.GetValue(prompt), parsed.GetValue(promptFile)));
            return Task.FromResult(writing.Write(terminal, parsed.GetValue(length) ?? DefaultLength, parsed.GetValue(json)));
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

    /// <summary>One text.</summary>
    private sealed class Writing : IDisposable
    {
        private readonly TrainedRun _run;
        private readonly AlignedBuffer _parameters;
        private readonly SamplingSpec _sampling;
        private readonly string _prompt;
        private readonly TokenDecoder _decoder;
        private readonly TokenGenerator _generator;
        private readonly string _unit;

        public Writing(TrainedRun run, ParameterChoice choice, SamplingSpec sampling, string prompt)
        {
            if (run.Specification.Task != TaskKind.LanguageModel)
                throw new InvalidInputException("this run is a forecast, not a language model", $"Forecast with: predict {run.Folder.Shown}", new SourceLocation(run.Folder.Shown));
            var vocabulary = TextVocabulary.FromJson(run.Identity.Preparation, run.Checkpoint.Path);
            int[] tokens = prompt.Length > 0 ? vocabulary.Encode(prompt) : [vocabulary.Beginning];
            (_run, _sampling, _prompt, _parameters) = (run, sampling with { Excluded = vocabulary.Unknown }, prompt, run.Parameters(choice));
            _decoder = vocabulary.CreateDecoder();
            _generator = new TokenGenerator(run.Model, _parameters.Memory, _sampling);
            _generator.Feed(tokens);
            _unit = vocabulary.Unit == TextUnit.Bytes ? "bytes" : "characters";
        }

        public void Dispose() => _generator.Dispose();

        /// <returns>The exit code.</returns>
        public int Write(Terminal terminal, int length, bool isJson)
        {
            using var signals = new StopSignals(beforeExit: () => terminal.Restore());
            var text = new StringBuilder();
            void Show(string part)
            {
                if (isJson)
                {
                    text.Append(part);
                    return;
                }

                terminal.Output.Write(part);
                terminal.Output.Flush();
            }

            if (!isJson) terminal.Output.Write(_prompt);
            long began = Stopwatch.GetTimestamp();
            int written = 0;
            for (; written < length && !signals.Token.IsCancellationRequested; written++) Show(_decoder.Next(_generator.Next()));
            double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            Show(_decoder.End());
            if (isJson) Report(terminal, text.ToString(), written, seconds);
            else terminal.Output.WriteLine();
            terminal.Output.Flush();
            terminal.Error.WriteLine($"{written:N0} {_unit} in {seconds:0.00} s: {written / seconds:N0} a second");
            return signals.ExitCode;
        }

        private void Report(Terminal terminal, string text, int written, double seconds) => new JsonLineWriter(terminal.Output).Write(
            "done", ("prompt", _prompt), ("text", text), ("tokens", written), ("seconds", seconds), ("tokens_per_second", written / seconds), ("seed", _sampling.Seed),
            ("parameters", TrainingCheckpoint.Hash(_run.Model.Layout, _parameters)), ("checkpoint", _run.Checkpoint.Path));
    }
}
