using System.Diagnostics;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Training;

namespace RnnActors.Training.Arrangement;

/// <summary>
/// Times arrangements by turns: A, B, A, B, … Other programs slow a machine down for longer than a turn, and so slow both alike. The data are the run's; the
/// parameters are arbitrary numbers, on which a step's time does not depend.
/// </summary>
internal static class ArrangementTrials
{
    private const int WarmUpSteps = 2, MinTurns = 3, MaxTurns = 15;

    /// <summary>
    /// The time for all arrangements together, after the warm-up. Long steps may exceed it, since each arrangement has at least <see cref="MinTurns"/>.
    /// </summary>
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(0.8);

    /// <returns>The median step of each arrangement; empty where a step fails, since the run itself then reports the error.</returns>
    public static IReadOnlyList<(WorkerTeams Teams, double Seconds)> Measure(TrainingJob job, IReadOnlyList<WorkerTeams> arrangements)
    {
        int[] rows = job.CreatePlan().NextRows(TrainingProgress.Start);
        var parameters = new AlignedBuffer(job.Model.Layout.Length);
        for (int i = 0; i < parameters.Length; i++) parameters.Span[i] = ((i * 37 % 64) - 31.5f) / 1024;
        ArrangementTrial[] trials = [.. arrangements.Select(teams => new ArrangementTrial(job, teams, rows, parameters))];
        try
        {
            return Measure(trials, arrangements);
        }
        catch (Exception)
        {
            return [];
        }
        finally
        {
            foreach (var trial in trials) trial.Dispose();
            GC.Collect(); // The run takes as much memory again.
        }
    }

    private static (WorkerTeams Teams, double Seconds)[] Measure(ArrangementTrial[] trials, IReadOnlyList<WorkerTeams> arrangements)
    {
        for (int step = 0; step < WarmUpSteps; step++)
            foreach (var trial in trials) trial.Step();

        List<double>[] times = [.. trials.Select(_ => new List<double>())];
        long begun = Stopwatch.GetTimestamp();
        for (int turn = 0; turn < MaxTurns && (turn < MinTurns || Stopwatch.GetElapsedTime(begun) < Budget); turn++)
            for (int i = 0; i < trials.Length; i++) times[i].Add(trials[i].Step());
        return [.. arrangements.Select((teams, i) => (teams, Median(times[i])))];
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
    }
}
