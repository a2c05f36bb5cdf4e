namespace RnnActors.Core.Kernels.Threads;

/// <summary>
/// Chunks of work that the threads of a team take (work stealing). Each thread first takes the chunks of its own part, whose data is still in its cache. Then
/// it takes what others have left, since one core may be slower than another. No thread waits for more than a chunk.
/// </summary>
internal unsafe struct TeamChunks
{
    private fixed int _taken[ThreadTeam.MaxThreads];

    /// <summary>Takes a chunk.</summary>
    /// <param name="part">The calling thread's part.</param>
    /// <param name="chunks">Chunks per part.</param>
    /// <param name="owner">The part that the chunk belongs to.</param>
    /// <param name="chunk">Its index in that part.</param>
    /// <returns>False where none is left.</returns>
    public bool TryTake(int part, int parts, int chunks, out int owner, out int chunk)
    {
        for (int i = 0; i < parts; i++)
        {
            owner = (part + i) % parts;
            if (Volatile.Read(ref _taken[owner]) >= chunks) continue;
            chunk = Interlocked.Increment(ref _taken[owner]) - 1;
            if (chunk < chunks) return true;
        }

        (owner, chunk) = (0, 0);
        return false;
    }
}
