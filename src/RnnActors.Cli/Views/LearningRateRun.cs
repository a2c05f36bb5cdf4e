using System.Globalization;
using RnnActors.Cli.Display;
using RnnActors.Cli.Plots;
using RnnActors.Cli.Processes;
using RnnActors.Cli.Reports;
using RnnActors.Core.Problems;
using RnnActors.Data.Wording;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Judgements;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Stories;

namespace RnnActors.Cli.Views;

/// <summary>Searches for a learning rate, and shows the result: a picture, a suggestion, and the command that trains with it.</summary>
/// <param name="command">The words that the user typed, without the program.</param>
internal sealed class LearningRateRun(Terminal terminal, bool isJson, PreparedRun run, RunFolder folder, IReadOnlyList<string> command)
{
    /// <summary>The option for the search.</summary>
    public const string Option = "--find-learning-rate";

    private const string RateOption = "--learning-rate", Picture = "learning-rate";
    private const int PlotHeight = 10, MaxPlotWidth = 110;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <returns>The exit code.</returns>
    public async Task<int> ShowAsync(int threads, bool draws)
    {
        using var signals = new StopSignals(terminal.Restore);
        if (!isJson)
        {
            terminal.Output.WriteLine(
                $"Trains a copy for up to {LearningRateSweep.Steps} steps, the learning rate growing from {Rate(LearningRateSweep.Lowest)} to "
                + $"{Rate(LearningRateSweep.Highest)}; nothing of it is kept.");
            terminal.Output.Flush();
        }

        var clock = System.Diagnostics.Stopwatch.StartNew();
        LearningRateSweep sweep;
        try
        {
            sweep = await LearningRateSweep.OfAsync(run, threads, isJson ? null : Progress, signals.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            return signals.ExitCode;
        }

        if (sweep.Rates.Length == 0)
            throw new NonFiniteException("The loss of the first step is not a finite number, at any learning rate. Look at the data.");
        IReadOnlyList<string> pictures = draws ? Draw(sweep) : [];
        string? next = sweep.Suggestion is { } rate ? terminal.Invocation.Of(CommandWith(rate)) : null;
        if (isJson)
        {
            new JsonLineWriter(terminal.Output).Write(
                "learning_rate", ("suggestion", sweep.Suggestion), ("rule", "valley"), ("steepest", sweep.Steepest), ("rates", sweep.Rates),
                ("losses", sweep.Losses),
                ("smoothed", sweep.Smoothed), ("plot", pictures.Count > 0 ? pictures[0] : null), ("command", next));
            return ExitCode.Done;
        }

        Write(sweep, pictures, next);
        return ExitCode.Done;

        void Progress(int step, double rate, double loss)
        {
            if (clock.Elapsed < Interval) return;
            clock.Restart();
            terminal.Output.WriteLine($"  step {step}/{LearningRateSweep.Steps}  learning rate {Rate(rate)}  loss {Figures.Number(loss)}");
            terminal.Output.Flush();
        }
    }

    /// <summary>The user's command with another rate and without the search.</summary>
    internal IReadOnlyList<string> CommandWith(double rate)
    {
        List<string> words = [];
        for (int i = 0; i < command.Count; i++)
        {
            if (command[i] == Option || command[i].StartsWith($"{RateOption}=", StringComparison.Ordinal)) continue;
            if (command[i] == RateOption) i++;
            else words.Add(command[i]);
        }

        return [.. words, RateOption, Rate(rate)];
    }

    private static string Rate(double rate) => rate.ToString("G2", CultureInfo.InvariantCulture);

    private void Write(LearningRateSweep sweep, IReadOnlyList<string> pictures, string? next)
    {
        int width = Math.Min(terminal.Console.Profile.Width - 2, MaxPlotWidth);
        terminal.Output.WriteLine();
        terminal.Output.WriteLine($"Loss ({LossText.Of(run.Specification.Training.Loss)}), smoothed, by learning rate");
        if (width >= 30)
            foreach (string line in TextPlot.DrawCurve(Shown(sweep), width, PlotHeight, terminal.Characters, Rate(sweep.Rates[0]), Rate(sweep.Rates[^1])))
                terminal.Output.WriteLine(line);
        terminal.Output.WriteLine();
        if (sweep.Suggestion is not { } rate)
        {
            terminal.Output.WriteLine("The loss fell at no learning rate: look at the data, the loss and the model.");
        }
        else
        {
            terminal.Output.WriteLine($"  suggested   {Rate(rate)}: half way down the longest fall of the loss (fastai's \"valley\")");
            if (sweep.Steepest is { } steepest)
                terminal.Output.WriteLine($"  steepest    {Rate(steepest)}: where it falls most from step to step (Lightning's rule)");
        }

        foreach ((string name, string shown) in ReportText.Listed(pictures)) terminal.Output.WriteLine($"  {name,-11} {shown}");
        if (next is null) return;
        terminal.Output.WriteLine();
        terminal.Output.WriteLine("To train with it:");
        terminal.Output.WriteLine($"    {next}");
    }

    private static double[] Shown(LearningRateSweep sweep)
    {
        double high = LearningRatePlot.Range(sweep).High;
        return [.. sweep.Smoothed.Select(loss => loss <= high ? loss : double.NaN)];
    }

    /// <returns>PNG and SVG, or none.</returns>
    private IReadOnlyList<string> Draw(LearningRateSweep sweep)
    {
        try
        {
            Directory.CreateDirectory(folder.Path);
            return PictureFile.SaveBoth(folder.Path, Picture,
                path => LearningRatePlot.Save(path, $"{run.Name}: loss by learning rate", LossText.Of(run.Specification.Training.Loss), sweep));
        }
        catch (Exception e) when (e is InvalidInputException or IOException or UnauthorizedAccessException)
        {
            terminal.Error.WriteLine($"Warning: {e.Message}");
            return [];
        }
    }
}
