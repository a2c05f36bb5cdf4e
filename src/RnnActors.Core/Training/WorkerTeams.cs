using RnnActors.Core.Kernels.Threads;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;

namespace RnnActors.Core.Training;

/// <summary>
/// How the computing threads of a process are arranged for a model. Each worker has shards and memory of its own. Where a step of the smallest recurrent layer
/// is enough work for several threads, they may form a team that computes each kernel of one worker together. A team has one gradient and one worker's
/// activations, whatever its size. The arrangement changes speed and memory, but no bit.
/// </summary>
/// <param name="Workers">Number of workers that have shards.</param>
/// <param name="ThreadsOfEach">Threads per worker.</param>
public readonly record struct WorkerTeams(int Workers, int ThreadsOfEach)
{
    /// <summary>Recurrent weights of a layer per thread of a team, by rule, where nothing was measured.</summary>
    private const int WeightsOfThread = 128 * 1024;

    /// <summary>Below this, a team's threads synchronise too often on any machine, so measuring it is not worth the time.</summary>
    private const int MinWeightsOfThread = 64 * 1024;

    /// <summary>Arrangements within this factor of the fastest count as equal: two measurements of the same one differ about as much.</summary>
    private const double Tie = 1.03;

    /// <summary>Number of computing threads.</summary>
    public int Threads => Workers * ThreadsOfEach;

    /// <summary>The arrangement by rule. Teams have equal sizes, since workers get equally many shards. Of the sizes that leave the fewest threads idle, the
    /// largest is taken.</summary>
    /// <param name="threads">Threads that the process has for computing; 0 where it only coordinates.</param>
    public static WorkerTeams For(Model model, TrainingSpec training, int threads) => For(model, training, threads, WeightsOfThread);

    /// <summary>
    /// The arrangements among which only a measurement can tell the fastest, the least memory first: the one by rule, larger teams, and one worker per thread.
    /// All keep equally many threads busy.
    /// </summary>
    public static IReadOnlyList<WorkerTeams> Candidates(Model model, TrainingSpec training, int threads)
    {
        var byRule = For(model, training, threads);
        WorkerTeams[] all = [For(model, training, threads, MinWeightsOfThread), byRule, new(training.Occupied(threads), 1)];
        int busy = all.Max(teams => teams.Threads);
        return [.. all.Where(teams => teams.Threads == busy).Distinct().OrderBy(teams => teams.Workers)];
    }

    /// <summary>
    /// The fastest of several arrangements. Of those that are about as fast, it is the one that takes the least memory, with the fewest workers.
    /// </summary>
    /// <param name="measured">Each arrangement with the seconds per step. Times that are not positive numbers are ignored.</param>
    /// <returns>Null where no time is valid.</returns>
    public static WorkerTeams? Fastest(IReadOnlyList<(WorkerTeams Teams, double Seconds)> measured)
    {
        var valid = measured.Where(one => one.Seconds > 0 && double.IsFinite(one.Seconds)).ToArray();
        if (valid.Length == 0) return null;
        double limit = Tie * valid.Min(one => one.Seconds);
        return valid.Where(one => one.Seconds <= limit).MinBy(one => one.Teams.Workers).Teams;
    }

    private static WorkerTeams For(Model model, TrainingSpec training, int threads, int weightsOfThread)
    {
        long smallest = model.Spec.Layers.OfType<Recurrent>().Select(layer => (long)layer.Gates * layer.Units * layer.Units).DefaultIfEmpty(0).Min();
        int max = (int)Math.Clamp(smallest / weightsOfThread, 1, Math.Clamp(threads, 1, ThreadTeam.MaxThreads));
        var best = new WorkerTeams(training.Occupied(threads), 1);
        for (int each = 2; each <= max; each++)
        {
            var teams = new WorkerTeams(training.Occupied(threads / each), each);
            if (teams.Threads >= best.Threads) best = teams;
        }

        return best;
    }
}
