namespace RnnActors.Training.ActorSystems;

/// <summary>The names of a cluster's actors and roles. Remoting admits selections of these paths alone (<c>cluster.conf</c>).</summary>
internal static class ClusterPaths
{
    /// <summary>The name of every actor system of a cluster, since nodes accept no other.</summary>
    public const string System = "rnnactors";

    /// <summary>The role of candidates and of workers.</summary>
    public const string CoordinatorRole = "coordinator", WorkerRole = "worker";

    /// <summary>The manager of the singleton; the singleton is its child.</summary>
    public const string Coordinator = "coordinator", Singleton = "singleton";

    /// <summary>The proxy of the singleton, which forwards to it wherever it is.</summary>
    public const string CoordinatorProxy = "coordinator-proxy";

    /// <summary>The contact point of clients.</summary>
    public const string Receptionist = "receptionist";

    /// <summary>The crash detector.</summary>
    public const string CrashDetector = "crash-detector";

    /// <summary>What deletes old runs and data.</summary>
    public const string Retention = "retention";

    /// <summary>The actor on every node.</summary>
    public const string Node = "node";

    public static string User(string name) => "/user/" + name;
}
