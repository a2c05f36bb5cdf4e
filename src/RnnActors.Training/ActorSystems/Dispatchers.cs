namespace RnnActors.Training.ActorSystems;

/// <summary>The dispatchers of <c>reference.conf</c>.</summary>
internal static class Dispatchers
{
    /// <summary>A thread of its own for each actor that computes: nothing heavy ever runs on the shared pool.</summary>
    public const string Compute = "rnnactors.compute-dispatcher";

    /// <summary>A thread of its own for what waits for disks.</summary>
    public const string Storage = "rnnactors.storage-dispatcher";
}
