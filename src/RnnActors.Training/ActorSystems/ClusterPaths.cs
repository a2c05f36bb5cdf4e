namespace RnnActors.Training.ActorSystems;

/// <summary>Where the actors of a cluster are. Remoting lets selections through to these alone (<c>cluster.conf</c>).</summary>
internal static class ClusterPaths
{
    /// <summary>The name of every node's actor system, and of a client's, since nodes speak to no other.</summary>
    public const string System = "rnnactors";

    /// <summary>The role of candidates and of workers.</summary>
    public const string CoordinatorRole = "coordinator", WorkerRole = "worker";

    /// <summary>The manager of the singleton; the singleton is its child.</summary>
    public const string Coordinator = "coordinator", Singleton = "singleton";

    /// <summary>Passes what it is told to the singleton, wherever that is, and keeps it while there is none.</summary>
    public const string CoordinatorProxy = "coordinator-proxy";

    /// <summary>What clients speak to.</summary>
    public const string Receptionist = "receptionist";

    /// <summary>What is told that a coordinator seems to be gone.</summary>
    public const string CrashDetector = "crash-detector";

    /// <summary>What runs on every node.</summary>
    public const string Node = "node";

    public static string User(string name) => "/user/" + name;
}
