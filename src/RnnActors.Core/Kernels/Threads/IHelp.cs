namespace RnnActors.Core.Kernels.Threads;

/// <summary>What a <see cref="ComputeHelper"/> is called for.</summary>
internal interface IHelp
{
    void Compute();
}
