namespace RnnActors.Training.ActorSystems;

/// <summary>The dispatchers of <c>reference.conf</c>.</summary>
internal static class Dispatchers
{
    /// <summary>A thread for each actor that computes, so that nothing heavy runs on the thread pool.</summary>
    public const string Compute = "rnnactors.compute-dispatcher";

    /// <summary>A thread for each actor that blocks on disks.</summary>
    public const string Storage = "rnnactors.storage-dispatcher";
}
