using RnnActors.Core.Kernels.Threads;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Training;

namespace RnnActors.Core.Sharding;

/// <summary>
/// How a process's computing threads are arranged for a model: as workers that have shards and memory of their own, or, where a step of the smallest recurrent layer is work enough for several, in teams
/// that share out each kernel of one worker's shards. A team has one gradient and one worker's activations, whatever its threads are. Neither changes a bit.
/// </summary>
/// <param name="Workers">Those that have something to do.</param>
/// <param name="ThreadsOfEach">Threads of each worker.</param>
public readonly record struct WorkerTeams(int Workers, int ThreadsOfEach)
{
    /// <summary>Recurrent weights of a layer that are work enough for a thread.</summary>
    private const int WeightsOfThread = 128 * 1024;

    /// <summary>All that compute.</summary>
    public int Threads => Workers * ThreadsOfEach;

    /// <summary>Teams are of equal size, since workers get as many shards: the largest of those that leave the fewest threads idle.</summary>
    /// <param name="threads">Those that the process has for it; 0 where it only coordinates.</param>
    public static WorkerTeams For(Model model, TrainingSpec training, int threads)
    {
        long least = model.Spec.Layers.OfType<Recurrent>().Select(layer => (long)layer.Gates * layer.Units * layer.Units).DefaultIfEmpty(0).Min();
        int most = (int)Math.Clamp(least / WeightsOfThread, 1, Math.Clamp(threads, 1, ThreadTeam.MostThreads));
        var best = new WorkerTeams(training.Occupied(threads), 1);
        for (int each = 2; each <= most; each++)
        {
            var teams = new WorkerTeams(training.Occupied(threads / each), each);
            if (teams.Threads >= best.Threads) best = teams;
        }

        return best;
    }
}
