using RnnActors.Core.Models;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Explanations;

/// <summary>A position in a dataset where a unit's output is high.</summary>
public readonly record struct UnitPeak(int Row, int Step, float Value);

/// <summary>Statistics of one hidden unit's activation over the rows of a dataset.</summary>
/// <param name="Peaks">Where it is highest, at most one per row.</param>
/// <param name="Correlations">With each feature of the layer's input at the same step; empty where the layer does not read an input of values.</param>
public sealed record UnitResponse(int Unit, double Mean, double Deviation, double Lowest, double Highest, IReadOnlyList<UnitPeak> Peaks,
    IReadOnlyList<double> Correlations);

/// <summary>The units of one recurrent layer in one direction.</summary>
/// <param name="Axis">Index of the input whose steps the layer takes.</param>
/// <param name="StepsEach">How many steps of the input make one step of the layer.</param>
public sealed record LayerResponses(string Name, int Axis, int StepsEach, IReadOnlyList<UnitResponse> Units)
{
    private const int RowsAtOnce = 32;

    /// <summary>What the units of all recurrent layers respond to.</summary>
    /// <param name="parameters">(P).</param>
    /// <param name="rows">The rows of the dataset to look at.</param>
    /// <param name="max">The most peaks per unit.</param>
    public static IReadOnlyList<LayerResponses> Compute(Model model, ReadOnlyMemory<float> parameters, SequenceDataset data, IReadOnlyList<int> rows, int max,
        CancellationToken cancellation = default)
    {
        int capacity = Math.Min(RowsAtOnce, rows.Count);
        var replica = new Replica(model, [.. model.Inputs.Select((_, i) => data.CreateLayout(i, capacity))], training: false);
        replica.Prepare(parameters);
        var batch = data.CreateBatch(capacity);
        var cells = CellActivities.CellsOf(replica);
        UnitSums[][] sums = [.. cells.Select(cell => Enumerable.Range(0, cell.Cell.Width).Select(unit =>
            new UnitSums(unit, max,
                cell.Cell.Where.Input.SharesValuesWith(replica.Inputs[cell.Cell.Where.Input.Shape.Axis.Input])
                ? cell.Cell.Where.Input.Features
                : 0)).ToArray())];
        foreach (int[] chunk in rows.Chunk(capacity))
        {
            cancellation.ThrowIfCancellationRequested();
            data.Read(chunk, batch);
            replica.Load(batch);
            replica.Forward(replica.Inference(chunk.Length, hasState: false), [], []);
            for (int c = 0; c < cells.Count; c++)
            {
                var place = cells[c].Cell.Where;
                for (int row = 0; row < chunk.Length; row++)
                {
                    for (int t = 0; t < place.Layout.LengthOf(row); t++)
                    {
                        int position = place.Layout.PositionOf(t, row);
                        ReadOnlySpan<float> output = place.Output.Values.Slice((position * place.Output.Features) + place.OutputColumn, cells[c].Cell.Width);
                        for (int unit = 0; unit < output.Length; unit++)
                        {
                            ReadOnlySpan<float> read = sums[c][unit].Features > 0
                                ? place.Input.Values.Slice(position * place.Input.Features, place.Input.Features)
                                : [];
                            sums[c][unit].Add(chunk[row], t, output[unit], read);
                        }
                    }
                }
            }
        }

        return [.. cells.Select((cell, c) => new LayerResponses(
            cell.Name, cell.Cell.Where.Input.Shape.Axis.Input, cell.Cell.Where.Input.Shape.Axis.StepsEach, [.. sums[c].Select(unit => unit.Response())]))];
    }

    /// <summary>Running sums over the positions seen so far.</summary>
    private sealed class UnitSums(int unit, int max, int features)
    {
        private readonly List<UnitPeak> _peaks = [];
        private readonly double[] _read = new double[features], _squares = new double[features], _products = new double[features];
        private double _count, _sum, _square, _lowest = double.PositiveInfinity, _highest = double.NegativeInfinity;

        public int Features => features;

        public void Add(int row, int step, float value, ReadOnlySpan<float> read)
        {
            (_count, _sum, _square) = (_count + 1, _sum + value, _square + ((double)value * value));
            (_lowest, _highest) = (Math.Min(_lowest, value), Math.Max(_highest, value));
            for (int f = 0; f < read.Length; f++)
            {
                _read[f] += read[f];
                _squares[f] += (double)read[f] * read[f];
                _products[f] += (double)read[f] * value;
            }

            int same = _peaks.FindIndex(peak => peak.Row == row);
            if (same >= 0)
            {
                if (_peaks[same].Value >= value) return;
                _peaks.RemoveAt(same);
            }
            else if (_peaks.Count == max && _peaks[^1].Value >= value)
            {
                return;
            }

            int at = _peaks.FindIndex(peak => peak.Value < value);
            _peaks.Insert(at < 0 ? _peaks.Count : at, new UnitPeak(row, step, value));
            if (_peaks.Count > max) _peaks.RemoveAt(max);
        }

        public UnitResponse Response()
        {
            double mean = _sum / _count, variance = Math.Max(0, (_square / _count) - (mean * mean));
            double Correlation(int f)
            {
                double own = _read[f] / _count, other = Math.Max(0, (_squares[f] / _count) - (own * own)), both = variance * other;
                return both > 1e-18 ? Math.Clamp(((_products[f] / _count) - (own * mean)) / Math.Sqrt(both), -1, 1) : 0;
            }

            return new UnitResponse(unit, mean, Math.Sqrt(variance), _lowest, _highest, [.. _peaks], [.. Enumerable.Range(0, features).Select(Correlation)]);
        }
    }
}
