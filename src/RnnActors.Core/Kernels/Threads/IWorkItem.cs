namespace RnnActors.Core.Kernels.Threads;

/// <summary>A piece of work for a <see cref="HelperThread"/>: a part of a kernel.</summary>
internal interface IWorkItem
{
    void Execute();
}
