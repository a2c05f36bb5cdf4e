namespace RnnActors.Core.Kernels.Threads;

/// <summary>Work that the threads of a <see cref="ThreadTeam"/> split among them. No part may wait for another.</summary>
internal interface ITeamWork
{
    void Compute(int part, int parts);
}
