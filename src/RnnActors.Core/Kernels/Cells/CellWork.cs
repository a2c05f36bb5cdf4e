using RnnActors.Core.Kernels.Simd;
using RnnActors.Core.Kernels.Threads;

namespace RnnActors.Core.Kernels.Cells;

/// <summary>A cell's kernel, which can compute a range of its units independently of the others.</summary>
internal interface IUnitsKernel : IKernel
{
    /// <summary>The units to compute.</summary>
    (int First, int Count) Range { set; }
}

/// <summary>A cell's kernel split among threads by units, as the products that it reads are.</summary>
/// <param name="kernel">Each part copies it and sets the range of the copy.</param>
internal readonly struct CellWork<TKernel>(TKernel kernel, int units) : ITeamWork
    where TKernel : struct, IUnitsKernel
{
    /// <summary>Computes all units. A small cell runs the kernel in place: with a copy, a row of 64 units took a quarter to a third more time.</summary>
    public static void Run(ref TKernel kernel, int rows, int units)
    {
        if (ThreadTeam.IsWorth((long)rows * units, ThreadTeam.MinElements))
        {
            var work = new CellWork<TKernel>(kernel, units);
            ThreadTeam.Run(ref work);
        }
        else
        {
            kernel.Range = (0, units);
            Dispatch.Run(ref kernel);
        }
    }

    public void Compute(int part, int parts)
    {
        var own = kernel;
        own.Range = ThreadTeam.PartOf(units, Vectors.WidestPanel, part, parts);
        Dispatch.Run(ref own);
    }
}
