using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Problems;

namespace RnnActors.Core.Objectives;

/// <summary>
/// All alignments of one row's labels to its steps. The states s are the labels with a blank before, between and after them. α(t, s) and β(t, s) are the log
/// probabilities of all paths that are in s at time t: from the beginning up to t, and from t to the end. Its memory grows as rows need it, and is reused.
/// </summary>
internal sealed class CtcAlignment
{
    private const double Never = double.NegativeInfinity;

    private int[] _states = [];
    private double[] _alpha = [], _beta = [], _next = [], _logSums = [], _byClass = [];

    /// <summary>The row's loss: -log of the probability of its labels; +∞ where its steps are too few.</summary>
    public double Align(in ObjectiveRows rows, int row, int blank)
    {
        int steps = rows.Layout.LengthOf(row), count = ReadStates(rows, row, blank);
        Grow(ref _alpha, steps * count);
        Grow(ref _logSums, steps);
        for (int t = 0; t < steps; t++)
        {
            var outputs = OutputsAt(rows, row, t);
            _logSums[t] = Softmax.LogSumExp(outputs);
            for (int s = 0; s < count; s++)
            {
                double before = t == 0
                    ? (s <= 1 ? 0 : Never)
                    : Sum(_alpha[((t - 1) * count) + s], s >= 1 ? _alpha[((t - 1) * count) + s - 1] : Never,
                        Skips(s, blank) ? _alpha[((t - 1) * count) + s - 2] : Never);
                _alpha[(t * count) + s] = before + outputs[_states[s]] - _logSums[t];
            }
        }

        if (steps == 0) return count == 1 ? 0 : double.PositiveInfinity;
        int last = ((steps - 1) * count) + count - 1;
        double log = Sum(_alpha[last], count > 1 ? _alpha[last - 1] : Never, Never);
        return -log;
    }

    /// <summary>The gradient with respect to the row's outputs: the softmax minus, for each class, the share of the alignments that are in it at that step.
    /// Call it after <see cref="Align"/> of the same row.</summary>
    /// <param name="gradient">(positions, width), of which this row's are overwritten; may be the memory of the outputs.</param>
    public void Differentiate(in ObjectiveRows rows, int row, int blank, double loss, double scale, Span<float> gradient)
    {
        int steps = rows.Layout.LengthOf(row), count = ReadStates(rows, row, blank), width = rows.Width;
        Grow(ref _beta, count);
        Grow(ref _next, count);
        Grow(ref _byClass, width);
        for (int t = steps - 1; t >= 0; t--)
        {
            var outputs = OutputsAt(rows, row, t);
            Array.Clear(_byClass, 0, width);
            for (int s = 0; s < count; s++)
            {
                double after = t == steps - 1
                    ? (s >= count - 2 ? 0 : Never)
                    : Sum(_next[s], s + 1 < count ? _next[s + 1] : Never, s + 2 < count && Skips(s + 2, blank) ? _next[s + 2] : Never);
                double share = _alpha[(t * count) + s] + after + loss;
                if (share > Never) _byClass[_states[s]] += PortableMath.Exp(share);
                _beta[s] = after + outputs[_states[s]] - _logSums[t];
            }

            var own = gradient.Slice(rows.Layout.PositionOf(t, row) * width, width);
            for (int c = 0; c < width; c++) own[c] = (float)((PortableMath.Exp(outputs[c] - _logSums[t]) - _byClass[c]) * scale);
            (_beta, _next) = (_next, _beta);
        }
    }

    private static ReadOnlySpan<float> OutputsAt(in ObjectiveRows rows, int row, int t) =>
        rows.Outputs.Slice(rows.Layout.PositionOf(t, row) * rows.Width, rows.Width);

    /// <summary>Whether state s may directly follow s - 2: both are labels, and they differ.</summary>
    private bool Skips(int s, int blank) => s >= 2 && _states[s] != blank && _states[s] != _states[s - 2];

    private int ReadStates(in ObjectiveRows rows, int row, int blank)
    {
        int labels = rows.TargetLayout.LengthOf(row), count = (2 * labels) + 1;
        if (_states.Length < count) _states = new int[count];
        for (int i = 0; i < labels; i++)
        {
            int label = rows.Labels[rows.TargetLayout.PositionOf(i, row)];
            if ((uint)label >= (uint)rows.Width || label == blank)
            {
                throw new InvalidInputException(
                    $"label {label} of row {row} is {(label == blank ? "the blank" : $"not one of the {rows.Width} classes, which are numbered from 0")}",
                    "Check the targets");
            }

            (_states[2 * i], _states[(2 * i) + 1]) = (blank, label);
        }

        _states[count - 1] = blank;
        return count;
    }

    /// <summary>log(e^a + e^b + e^c).</summary>
    private static double Sum(double a, double b, double c)
    {
        double max = Math.Max(Math.Max(a, b), c);
        if (double.IsNegativeInfinity(max)) return max;
        return max + PortableMath.Log(Power(a - max) + Power(b - max) + Power(c - max));
    }

    private static double Power(double x) => x == 0 ? 1 : double.IsNegativeInfinity(x) ? 0 : PortableMath.Exp(x);

    private static void Grow(ref double[] memory, int length)
    {
        if (memory.Length < length) memory = new double[Math.Max(length, 2 * memory.Length)];
    }
}
