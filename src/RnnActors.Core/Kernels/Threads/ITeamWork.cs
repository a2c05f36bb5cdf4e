namespace RnnActors.Core.Kernels.Threads;

/// <summary>Work that the threads of a <see cref="ThreadTeam"/> share out among them. None of its parts may wait for another.</summary>
internal interface ITeamWork
{
    void Compute(int part, int parts);
}
