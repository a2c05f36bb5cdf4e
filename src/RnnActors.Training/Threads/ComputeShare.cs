namespace RnnActors.Training.Threads;

/// <summary>The share of the machine that computing threads may use.</summary>
internal enum ComputeShare
{
    /// <summary>As much as any program, in a process that only trains.</summary>
    Full,

    /// <summary>About a third of what other threads may use, in a cluster's node, whose heartbeats must be on time.</summary>
    Cluster,

    /// <summary>What other threads leave over, in a process with other work, such as answering requests.</summary>
    Rest,
}
