using RnnActors.Core.Kernels.Threads;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;

namespace RnnActors.Core.Training;

/// <summary>
/// How the computing threads of a process are arranged for a model. Workers have shards and memory of their own. Where a step of the smallest recurrent layer
/// is enough work for several threads, they may form a team that shares out each kernel of one worker. A team has one gradient and one worker's activations,
/// whatever its size. The arrangement changes speed and memory, and no bit.
/// </summary>
/// <param name="Workers">Those that have something to do.</param>
/// <param name="ThreadsOfEach">Threads of each worker.</param>
public readonly record struct WorkerTeams(int Workers, int ThreadsOfEach)
{
    /// <summary>Recurrent weights of a layer that are enough work for one thread of a team, where nothing was measured.</summary>
    private const int WeightsOfThread = 128 * 1024;

    /// <summary>Below this a team's threads meet too often on any machine, so that it is not worth a measurement.</summary>
    private const int MinWeightsOfThread = 64 * 1024;

    /// <summary>How much slower an arrangement may be than the fastest and still count as equal: about what two measurements of one differ by.</summary>
    private const double Tie = 1.03;

    /// <summary>All that compute.</summary>
    public int Threads => Workers * ThreadsOfEach;

    /// <summary>The arrangement by rule. Teams are of equal size, since workers get as many shards:
    /// the largest of those that leave the fewest threads idle.</summary>
    /// <param name="threads">Those that the process has for it; 0 where it only coordinates.</param>
    public static WorkerTeams For(Model model, TrainingSpec training, int threads) => For(model, training, threads, WeightsOfThread);

    /// <summary>
    /// The arrangements among which only a measurement can tell the fastest, those of the least memory first: the one by rule, larger teams, and a worker a
    /// thread. All keep as many threads busy.
    /// </summary>
    public static IReadOnlyList<WorkerTeams> Candidates(Model model, TrainingSpec training, int threads)
    {
        var byRule = For(model, training, threads);
        WorkerTeams[] all = [For(model, training, threads, MinWeightsOfThread), byRule, new(training.Occupied(threads), 1)];
        int busy = all.Max(teams => teams.Threads);
        return [.. all.Where(teams => teams.Threads == busy).Distinct().OrderBy(teams => teams.Workers)];
    }

    /// <summary>The fastest of several arrangements; of those that are about as fast, the one that
    /// takes the least memory, which is the one of the fewest workers.</summary>
    /// <param name="measured">Each with the seconds that a step took; those that are not a positive number do not count.</param>
    /// <returns>Null where no time counts.</returns>
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
