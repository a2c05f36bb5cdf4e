namespace RnnActors.Core.Kernels.Threads;

/// <summary>What a <see cref="HelperThread"/> executes: a part of a kernel.</summary>
internal interface IWorkItem
{
    void Execute();
}
