using RnnActors.Core.Kernels;
using RnnActors.Core.Losses;
using RnnActors.Core.Optimizers;

namespace RnnActors.Cli.Benchmarks;

/// <summary>What is done element by element: functions, cells, the loss over a vocabulary, the optimiser.</summary>
internal static class FunctionCases
{
    /// <summary>Source and destination of a function stay in the first-level cache.</summary>
    private const int Length = 4096;

    private const int Rows = 64, Units = 256;
    private const int Parameters = 1_000_000;

    private delegate void Function(ReadOnlySpan<float> source, Span<float> destination);

    public static IEnumerable<KernelCase> All =>
    [
        Of("exp", ElementaryFunctions.Exp),
        Of("log", ElementaryFunctions.Log, least: 0.01f),
        Of("tanh", ElementaryFunctions.Tanh),
        Of("sigmoid", ElementaryFunctions.Sigmoid),
        Cell("lstm cell forward", floats: 11, LstmForward),
        Cell("lstm cell backward", floats: 14, LstmBackward),
        Cell("gru cell forward", floats: 12, GruForward),
        Cell("gru cell backward", floats: 14, GruBackward),
        CrossEntropy(rows: 512, vocabulary: 65),
        CrossEntropy(rows: 20, vocabulary: 10_000),
        new($"adam {Parameters}", 0, Parameters, 7 * sizeof(float), Adam),
    ];

    private static KernelCase Of(string name, Function function, float least = -1) => new($"{name} {Length}", 0, Length, 2 * sizeof(float), () =>
    {
        AlignedBuffer source = Operands.Noise(Length, least), destination = new(Length);
        return new KernelRun(() => function(source.Span, destination.Span));
    });

    private static KernelCase Cell(string name, int floats, Func<KernelRun> create) =>
        new($"{name} {Rows}x{Units}", 0, Rows * Units, floats * sizeof(float), create);

    private static KernelRun LstmForward()
    {
        AlignedBuffer gates = Operands.Noise(Rows * 4 * Units), before = Operands.Noise(Rows * Units);
        AlignedBuffer cell = new(Rows * Units), hidden = new(Rows * Units);
        return new KernelRun(() => LstmCell.Forward(gates.Span, 4 * Units, before.Span, cell.Span, hidden.Span, Units, Rows, Units));
    }

    private static KernelRun LstmBackward()
    {
        AlignedBuffer activated = Operands.Noise(Rows * 4 * Units, least: 0.1f), noise = Operands.Noise(Rows * Units);
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
        AlignedBuffer activated = Operands.Noise(Rows * 3 * Units, least: 0.1f), noise = Operands.Noise(Rows * Units);
        AlignedBuffer gates = new(Rows * 3 * Units), recurrent = new(Rows * 3 * Units), candidate = new(Rows * Units), hiddenGradient = new(Rows * Units);
        return new KernelRun(
            () => GruCell.Backward(gates.Span, 3 * Units, recurrent.Span, noise.Span, Units, candidate.Span, noise.Span, Units, hiddenGradient.Span, Rows, Units),
            () =>
            {
                activated.Span.CopyTo(gates.Span);
                noise.Span.CopyTo(candidate.Span);
                noise.Span.CopyTo(hiddenGradient.Span);
            });
    }

    private static KernelCase CrossEntropy(int rows, int vocabulary) =>
        new($"softmax cross-entropy {rows}x{vocabulary}", 0, rows * vocabulary, 2 * sizeof(float), () =>
        {
            AlignedBuffer outputs = Operands.Noise(rows * vocabulary), gradient = new(rows * vocabulary);
            int[] labels = [.. Enumerable.Range(0, rows).Select(row => row * 7 % vocabulary)];
            var loss = new SoftmaxCrossEntropy();
            return new KernelRun(() => loss.Evaluate(outputs.Span, [], labels, vocabulary, 1f / rows, gradient.Span));
        });

    private static KernelRun Adam()
    {
        AlignedBuffer parameters = Operands.Noise(Parameters), gradients = Operands.Noise(Parameters), mean = new(Parameters), meanSquare = new(Parameters);
        var adam = new Adam();
        return new KernelRun(() => adam.Update(parameters.Span, gradients.Span, mean.Span, meanSquare.Span, new UpdateStep(1000, 1e-3f)));
    }
}
