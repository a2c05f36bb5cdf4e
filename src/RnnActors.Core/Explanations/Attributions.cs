using RnnActors.Core.Models;

namespace RnnActors.Core.Explanations;

/// <summary>Attributes one number of a network's output for an example to its inputs.</summary>
public static class Attributions
{
    private const int FirstPoints = 64, MaxPoints = 1024;

    /// <summary>The most changed examples that occlusion computes.</summary>
    private const int MaxPatches = 2048;

    /// <param name="isRagged">Whether the model's data has rows of unequal length.</param>
    /// <param name="parameters">(P).</param>
    public static Attribution Compute(
        Model model, ReadOnlyMemory<float> parameters, IReadOnlyList<ExampleInput> example, OutputScalar scalar, AttributionMethod method, bool isRagged,
        CancellationToken cancellation = default)
    {
        var replica = new ExplainedReplica(model, parameters, example, isRagged);
        int width = replica.Replica.Output.Features;
        double output = scalar.Evaluate(replica.Forward(1)[0], width, []);
        double baseline = scalar.Evaluate(replica.Forward(1, (_, _, values) => values.Clear())[0], width, []);
        Attribution Of(double[][] bySignal, int passes, (int, int) patch) => new(method, output, baseline, Fold(model, replica, bySignal), passes, patch);
        switch (method)
        {
            case AttributionMethod.InputGradient:
                return Of(MeanGradientTimesInput(replica, scalar, 1, _ => 1, cancellation), 1, default);
            case AttributionMethod.Occlusion:
                (double[][] falls, int patches, (int, int) patch) = Occlude(replica, scalar, output, cancellation);
                return Of(falls, patches, patch);
            default:
                for (int points = FirstPoints; ; points *= 2)
                {
                    // Midpoint rule: the middles of equal parts of the line.
                    int count = points;
                    var found = Of(MeanGradientTimesInput(replica, scalar, count, i => (i + 0.5) / count, cancellation), count, default);
                    if (found.IsComplete || points >= MaxPoints) return found;
                }
        }
    }

    /// <summary>The mean gradient at some points of the line from baseline (0) to example (1), times the example: (T, features) of each signal.</summary>
    private static double[][] MeanGradientTimesInput(
        ExplainedReplica replica, OutputScalar scalar, int points, Func<int, double> placeOf, CancellationToken cancellation)
    {
        double[][] sums = [.. replica.Signals.Select(signal => new double[signal.Given.Length])];
        for (int first = 0; first < points; first += replica.Capacity)
        {
            cancellation.ThrowIfCancellationRequested();
            int from = first, rows = Math.Min(replica.Capacity, points - first);
            float[][] outputs = replica.Forward(rows, (row, _, values) =>
            {
                float place = (float)placeOf(from + row);
                for (int i = 0; i < values.Length; i++) values[i] *= place;
            });
            replica.Backward(outputs, scalar, (_, signal, gradient) =>
            {
                for (int i = 0; i < gradient.Length; i++) sums[signal][i] += gradient[i];
            });
        }

        for (int signal = 0; signal < sums.Length; signal++)
            for (int i = 0; i < sums[signal].Length; i++) sums[signal][i] *= replica.Signals[signal].Given[i] / (double)points;
        return sums;
    }

    /// <summary>Occludes tokens one by one, and values one by one or in patches. The values of a patch share its fall equally.</summary>
    private static (double[][] BySignal, int Patches, (int Steps, int Features) Patch) Occlude(ExplainedReplica replica, OutputScalar scalar, double output,
        CancellationToken cancellation)
    {
        double[][] falls = [.. replica.Signals.Select(signal => new double[signal.Given.Length])];
        List<(int Signal, int Step, int Steps, int Feature, int Features)> patches = [];
        (int Steps, int Features) largest = (1, 1);
        for (int s = 0; s < replica.Signals.Count; s++)
        {
            var signal = replica.Signals[s];
            bool isValues = !replica.Replica.Model.Inputs[signal.Input].Shape.IsTokens;
            (int steps, int features) = (1, isValues ? 1 : signal.Features);
            for (bool widen = true; isValues && Parts(signal.Steps, steps) * (long)Parts(signal.Features, features) > MaxPatches; widen = !widen)
            {
                if (widen && features < signal.Features) features *= 2;
                else steps *= 2;
            }

            if (isValues) largest = (Math.Max(largest.Steps, steps), Math.Max(largest.Features, features));
            for (int t = 0; t < signal.Steps; t += steps)
                for (int f = 0; f < signal.Features; f += features)
                    patches.Add((s, t, Math.Min(steps, signal.Steps - t), f, Math.Min(features, signal.Features - f)));
        }

        int width = replica.Replica.Output.Features;
        for (int first = 0; first < patches.Count; first += replica.Capacity)
        {
            cancellation.ThrowIfCancellationRequested();
            int from = first, rows = Math.Min(replica.Capacity, patches.Count - first);
            float[][] outputs = replica.Forward(rows, (row, signal, values) =>
            {
                var patch = patches[from + row];
                if (patch.Signal != signal) return;
                for (int t = 0; t < patch.Steps; t++)
                    values.Slice(((patch.Step + t) * replica.Signals[signal].Features) + patch.Feature, patch.Features).Clear();
            });
            for (int row = 0; row < rows; row++)
            {
                var patch = patches[first + row];
                double share = (output - scalar.Evaluate(outputs[row], width, [])) / (patch.Steps * patch.Features);
                for (int t = 0; t < patch.Steps; t++)
                    falls[patch.Signal].AsSpan(((patch.Step + t) * replica.Signals[patch.Signal].Features) + patch.Feature, patch.Features).Fill(share);
            }
        }

        return (falls, patches.Count, largest);
    }

    private static int Parts(int count, int each) => (count + each - 1) / each;

    /// <summary>Adds up the signals of each input; where an input is tokens, the parts of its vectors too.</summary>
    private static List<InputAttribution> Fold(Model model, ExplainedReplica replica, double[][] bySignal)
    {
        List<InputAttribution> inputs = [];
        foreach (var group in Enumerable.Range(0, bySignal.Length).GroupBy(signal => replica.Signals[signal].Input).OrderBy(group => group.Key))
        {
            var first = replica.Signals[group.First()];
            bool isTokens = model.Inputs[group.Key].Shape.IsTokens;
            int features = isTokens ? 1 : first.Features;
            double[] sums = new double[first.Steps * features];
            foreach (int signal in group)
            {
                int each = isTokens ? replica.Signals[signal].Features : 1;
                for (int i = 0; i < bySignal[signal].Length; i++) sums[i / each] += bySignal[signal][i];
            }

            inputs.Add(new InputAttribution(group.Key, first.Steps, features, sums));
        }

        return inputs;
    }
}
