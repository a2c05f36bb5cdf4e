using RnnActors.Core.Kernels.Cells;
using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;

namespace RnnActors.Cli.Benchmarks;

/// <summary>Element-wise kernels: functions, cells, the loss over a vocabulary, the optimiser.</summary>
internal static class FunctionCases
{
    /// <summary>The length at which source and destination of a function stay in the L1 cache.</summary>
    private const int Length = 4096;

    private const int Rows = 64, Units = 256;
    private const int Parameters = 1_000_000;

    /// <summary>
    /// Floating-point operations for each element, as the kernels are written. A fused multiply-add counts as two; a sum, product, quotient, root or rounding
    /// as one; a selection or a power of two as none.
    /// </summary>
    private const int ExpFlops = 20, LogFlops = 31, TanhFlops = 21, SigmoidFlops = 19, AdamFlops = 14;

    /// <inheritdoc cref="ExpFlops"/>
    private const int
        LstmForwardFlops = (3 * SigmoidFlops) + (2 * TanhFlops) + 4, LstmBackwardFlops = TanhFlops + 23,
        GruForwardFlops = (2 * (SigmoidFlops + 1)) + TanhFlops + 5, GruBackwardFlops = 17,
        CrossEntropyFlops = ExpFlops + 4;

    private delegate void Function(ReadOnlySpan<float> source, Span<float> destination);

    public static IEnumerable<KernelCase> All =>
    [
        Of("exp", ExpFlops, Exp.Apply),
        Of("log", LogFlops, Log.Apply, min: 0.01f),
        Of("tanh", TanhFlops, Tanh.Apply),
        Of("sigmoid", SigmoidFlops, Sigmoid.Apply),
        Cell("lstm cell forward", LstmForwardFlops, floats: 11, LstmForward),
        Cell("lstm cell backward", LstmBackwardFlops, floats: 14, LstmBackward),
        Cell("gru cell forward", GruForwardFlops, floats: 12, GruForward),
        Cell("gru cell backward", GruBackwardFlops, floats: 14, GruBackward),
        CrossEntropy(rows: 512, vocabulary: 65),
        CrossEntropy(rows: 20, vocabulary: 10_000),
        new($"adam {Parameters}", AdamFlops * Parameters, Parameters, 7 * sizeof(float), Adam),
    ];

    private static KernelCase Of(string name, int flops, Function function, float min = -1) =>
        new($"{name} {Length}", flops * Length, Length, 2 * sizeof(float), () =>
    {
        AlignedBuffer source = Operands.Noise(Length, min), destination = new(Length);
        return new KernelRun(() => function(source.Span, destination.Span));
    });

    private static KernelCase Cell(string name, int flops, int floats, Func<KernelRun> create) =>
        new($"{name} {Rows}x{Units}", flops * Rows * Units, Rows * Units, floats * sizeof(float), create);

    private static KernelRun LstmForward()
    {
        AlignedBuffer gates = Operands.Noise(Rows * 4 * Units), before = Operands.Noise(Rows * Units);
        AlignedBuffer cell = new(Rows * Units), hidden = new(Rows * Units);
        return new KernelRun(() => LstmCell.Forward(gates.Span, 4 * Units, before.Span, cell.Span, hidden.Span, Units, Rows, Units));
    }

    private static KernelRun LstmBackward()
    {
        AlignedBuffer activated = Operands.Noise(Rows * 4 * Units, min: 0.1f), noise = Operands.Noise(Rows * Units);
        AlignedBuffer gates = new(Rows * 4 * Units), cellGradient = new(Rows * Units);
        return new KernelRun(
            () => LstmCell.Backward(gates.Span, 4 * Units, noise.Span, noise.Span, noise.Span, Units, noise.Span, cellGradient.Span, Rows, Units),
            () =>
            {
                activated.Span.CopyTo(gates.Span);
                noise.Span.CopyTo(cellGradient.Span);
            });
    }

    private static KernelRun GruForward()
    {
        AlignedBuffer gates = Operands.Noise(Rows * 3 * Units), product = Operands.Noise(Rows * 3 * Units), before = Operands.Noise(Rows * Units);
        AlignedBuffer candidate = new(Rows * Units), hidden = new(Rows * Units);
        return new KernelRun(() => GruCell.Forward(gates.Span, 3 * Units, product.Span, before.Span, Units, candidate.Span, hidden.Span, Units, Rows, Units));
    }

    private static KernelRun GruBackward()
    {
        AlignedBuffer activated = Operands.Noise(Rows * 3 * Units, min: 0.1f), noise = Operands.Noise(Rows * Units);
        AlignedBuffer gates = new(Rows * 3 * Units), recurrent = new(Rows * 3 * Units), candidate = new(Rows * Units), hiddenGradient = new(Rows * Units);
        return new KernelRun(
            () => GruCell.Backward(gates.Span, 3 * Units, recurrent.Span, noise.Span, Units, candidate.Span, noise.Span, Units, hiddenGradient.Span, Rows,
            Units),
            () =>
            {
                activated.Span.CopyTo(gates.Span);
                noise.Span.CopyTo(candidate.Span);
                noise.Span.CopyTo(hiddenGradient.Span);
            });
    }

    private static KernelCase CrossEntropy(int rows, int vocabulary) =>
        new($"softmax cross-entropy {rows}x{vocabulary}", CrossEntropyFlops * rows * vocabulary, rows * vocabulary, 2 * sizeof(float), () =>
        {
            AlignedBuffer outputs = Operands.Noise(rows * vocabulary), gradient = new(rows * vocabulary);
            int[] labels = [.. Enumerable.Range(0, rows).Select(row => row * 7 % vocabulary)];
            var loss = new SoftmaxCrossEntropy();
            return new KernelRun(() => loss.EvaluateStep(outputs.Span, [], labels, vocabulary, 1f / rows, gradient.Span));
        });

    private static KernelRun Adam()
    {
        AlignedBuffer parameters = Operands.Noise(Parameters), gradients = Operands.Noise(Parameters), mean = new(Parameters), meanSquare = new(Parameters);
        var adam = new Adam();
        return new KernelRun(() => adam.Update(parameters.Span, gradients.Span, mean.Span, meanSquare.Span, new UpdateStep(1000, 1e-3f)));
    }
}
