using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Objectives;

/// <summary>How the losses of a batch's sequences are reduced, named as in PyTorch's <c>CTCLoss</c>.</summary>
public enum CtcReduction
{
    /// <summary>Each loss is divided by the length of its target (at least 1), then they are averaged.</summary>
    Mean,

    /// <summary>The sum, which is minimised; reported is the sum divided by the number of sequences.</summary>
    Sum,
}

/// <summary>
/// Connectionist temporal classification: -log of the summed probability of all alignments of a row's labels to its steps. A step is a label or blank; repeats
/// without a blank between them count as one. Computed in log space. Graves et al. 2006; PyTorch's <c>CTCLoss</c>.
/// </summary>
/// <remarks>
/// The loss is infinite where a row has too few steps: it needs one for each label, and one for a blank between equal neighbours. Without labels, it is the
/// loss of blanks only.
/// </remarks>
/// <param name="Blank">The class index of the blank.</param>
public sealed record Ctc(int Blank = 0) : Objective
{
    [ThreadStatic]
    private static CtcAlignment? _alignment;

    public CtcReduction Reduction { get; init; }

    /// <summary>Whether infinite losses and their gradients become 0; such rows still count in the mean. PyTorch's <c>zero_infinity</c>.</summary>
    public bool ZeroInfinity { get; init; }

    public override string Name => "ctc";

    public override bool NeedsLabels => true;

    public override bool NeedsOwnLength => true;

    public override double CountOf(long rows, long positions, TargetShape target) => rows;

    public override double Denominator(double count) => Reduction == CtcReduction.Sum ? 1 : count;

    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">A label is the blank, or not a class.</exception>
    public override LossSum Evaluate(in ObjectiveRows rows, float scale, Span<float> gradient)
    {
        if ((uint)Blank >= (uint)rows.Width)
            throw new InvalidInputException($"the blank, class {Blank}, is not one of the {rows.Width} classes, which are numbered from 0",
                "Give the model an output for the blank too");
        var own = gradient.IsEmpty ? new ShardRows(0, rows.Layout.Rows) : rows.Rows;
        double sum = 0;
        for (int row = own.First; row < own.First + own.Count; row++) sum += EvaluateRow(rows, row, scale, gradient);
        return new LossSum(sum, own.Count, 0);
    }

    /// <summary>Each row's own loss, not divided by its length: PyTorch's reduction <c>none</c>.</summary>
    /// <param name="losses">(rows), overwritten.</param>
    public void EvaluateEach(in ObjectiveRows rows, Span<double> losses)
    {
        for (int row = 0; row < rows.Layout.Rows; row++) losses[row] = Kept(Align(rows, row));
    }

    private double EvaluateRow(in ObjectiveRows rows, int row, float scale, Span<float> gradient)
    {
        double loss = Align(rows, row), divisor = Reduction == CtcReduction.Mean ? Math.Max(1, rows.TargetLayout.LengthOf(row)) : 1;
        if (!gradient.IsEmpty)
        {
            if (double.IsPositiveInfinity(loss) && ZeroInfinity) Clear(rows, row, gradient);
            else _alignment!.Differentiate(rows, row, Blank, loss, scale / divisor, gradient);
        }

        return Kept(loss) / divisor;
    }

    private double Align(in ObjectiveRows rows, int row)
    {
        _alignment ??= new CtcAlignment();
        return _alignment.Align(rows, row, Blank);
    }

    private double Kept(double loss) => ZeroInfinity && double.IsPositiveInfinity(loss) ? 0 : loss;

    private static void Clear(in ObjectiveRows rows, int row, Span<float> gradient)
    {
        for (int t = 0; t < rows.Layout.LengthOf(row); t++) gradient.Slice(rows.Layout.PositionOf(t, row) * rows.Width, rows.Width).Clear();
    }
}
