namespace RnnActors.Training.Threads;

/// <summary>What computing threads may take of the machine.</summary>
internal enum ComputeShare
{
    /// <summary>As much as any program: a process that trains alone.</summary>
    Full,

    /// <summary>About a third of what others may: a cluster's node, whose heartbeats must be on time.</summary>
    Cluster,

    /// <summary>What other threads leave: a process that has other work, such as answering requests.</summary>
    Rest,
}
