namespace RnnActors.Training.Coordinator;

/// <summary>What is known of a worker.</summary>
/// <param name="Speed">Shards a second.</param>
/// <param name="Transfer">Seconds that a vector takes between the coordinator and the worker's node; 0 where buffers change hands.</param>
internal readonly record struct WorkerPace(double Speed, double Transfer)
{
    /// <summary>When it is expected to be done, with the parameters and as many gradients sent as there are nodes of the reduction tree to send.</summary>
    public double Time(int shards, int nodes) => ((1 + nodes) * Transfer) + (shards / Speed);
}

/// <summary>The workers of a node, which are neighbours and equally fast.</summary>
/// <param name="Count">How many they are.</param>
internal readonly record struct PartGroup(int Count, WorkerPace Pace)
{
    public static IReadOnlyList<PartGroup> Of(IReadOnlyList<CrewWorker> workers, IReadOnlyList<WorkerPace> paces)
    {
        List<PartGroup> groups = [];
        for (int i = 0; i < workers.Count; i++)
        {
            if (i > 0 && workers[i].Node == workers[i - 1].Node) groups[^1] = groups[^1] with { Count = groups[^1].Count + 1 };
            else groups.Add(new PartGroup(1, paces[i]));
        }

        return groups;
    }

    /// <summary>When the last of them is expected to be done.</summary>
    public double Time(int shards, int nodes) => Pace.Time((shards + Count - 1) / Count, nodes);
}
