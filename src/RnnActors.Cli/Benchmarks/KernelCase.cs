namespace RnnActors.Cli.Benchmarks;

/// <summary>A kernel with operands of one size.</summary>
/// <param name="Name">The kernel and its sizes, for <c>--filter</c>.</param>
/// <param name="Flops">Floating-point operations; a fused multiply-add counts as two.</param>
/// <param name="Elements">The number of results, units of a cell, or parameters; 0 for a matrix product.</param>
/// <param name="BytesPerElement">Bytes read and written in one pass over memory.</param>
/// <param name="Create">Makes the operands and returns the work.</param>
internal sealed record KernelCase(string Name, double Flops, long Elements, int BytesPerElement, Func<KernelRun> Create)
{
    public static IReadOnlyList<KernelCase> All { get; } = [.. ProductCases.All, .. FunctionCases.All];
}

/// <summary>A kernel with its operands.</summary>
/// <param name="Reset">Resets operands that <paramref name="Run"/> overwrites and that would become denormals; not timed. Null if not needed.</param>
internal sealed record KernelRun(Action Run, Action? Reset = null);
