namespace RnnActors.Core.Kernels.Simd;

/// <summary>A loop written once for every vector width. Its fields are its operands and its results; <see cref="Dispatch"/> calls it.</summary>
public interface IKernel
{
    /// <summary>Implementations hold the loop and are marked <c>AggressiveOptimization</c>, so that they run at full speed from the first call.</summary>
    void Run<TSimd, TVec>()
        where TSimd : ISimd<TVec>
        where TVec : struct;
}
