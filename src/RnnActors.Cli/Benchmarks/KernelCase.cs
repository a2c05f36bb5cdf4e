namespace RnnActors.Cli.Benchmarks;

/// <summary>A kernel on operands of one size.</summary>
/// <param name="Name">What it is and its sizes, as <c>--filter</c> finds it.</param>
/// <param name="Flops">Floating-point operations, a fused multiply-add counted as two.</param>
/// <param name="Elements">Results, or units of a cell, or parameters; 0 for a matrix product.</param>
/// <param name="BytesPerElement">Read and written by one pass over memory.</param>
/// <param name="Create">Makes the operands and gives the work.</param>
internal sealed record KernelCase(string Name, double Flops, long Elements, int BytesPerElement, Func<KernelRun> Create)
{
    public static IReadOnlyList<KernelCase> All { get; } = [.. ProductCases.All, .. FunctionCases.All];
}

/// <summary>A kernel with its operands.</summary>
/// <param name="Reset">Puts back operands that <paramref name="Run"/> overwrites and that would run
/// into denormals; not timed. Null where it needs none.</param>
internal sealed record KernelRun(Action Run, Action? Reset = null);
