using CsCheck;
using RnnActors.Core.Layers;
using RnnActors.Core.Sequences;
using Xunit;

namespace RnnActors.Core.Tests.Layers;

public class DirectionTests
{
    private static readonly Gen<(int[] Lengths, bool Reverse)> Rows = Gen.Select(Gen.Int[1, 6].Array[1, 5], Gen.Bool);

    [Fact]
    public void Runs_of_steps_cover_every_position_once_and_are_as_long_as_fits() => Gen.Select(Rows, Gen.Int[1, 12]).Sample((rows, max) =>
    {
        var (layout, direction) = Of(rows);
        var positions = new List<int>();
        for (int k = 0, count; k < layout.Steps; k += count)
        {
            count = direction.StepsFrom(k, max);
            var run = direction.PositionsFrom(k, count);
            positions.AddRange(Enumerable.Range(run.First, run.Count));
            Assert.True(count == 1 || run.Count <= max);
            if (k + count < layout.Steps) Assert.True(direction.PositionsFrom(k, count + 1).Count > max);
        }

        Assert.Equal(Enumerable.Range(0, layout.Positions), positions.Order());
    });

    [Fact]
    public void A_row_reads_its_initial_state_at_its_first_step_and_its_own_values_of_the_step_before_at_others() => Rows.Sample(rows =>
    {
        var (layout, direction) = Of(rows);
        float[] source = [.. Enumerable.Range(0, layout.Positions).Select(position => (float)position)],
            initial = [.. rows.Lengths.Select((_, row) => -1f - row)];
        for (int k = 0; k < layout.Steps; k++)
        {
            int t = direction.TimeOf(k), before = t + (rows.Reverse ? 1 : -1);
            float[] read = new float[layout.CountAt(t)];
            direction.Gather(k, source, 1, initial, read, 1);
            int[] active = Active(rows.Lengths, t);
            Assert.Equal(active.Select(row => Active(rows.Lengths, before).Contains(row) ? layout.PositionOf(before, row) : initial[row]), read);
            if (direction.HasSameRows(k)) Assert.Equal(Active(rows.Lengths, before), active);
        }
    });

    [Fact]
    public void What_joins_at_a_row_s_last_step_leaves_at_its_first() => Rows.Sample(rows =>
    {
        var (layout, direction) = Of(rows);
        float[] final = [.. rows.Lengths.Select((_, row) => 1f + row)], carried = new float[rows.Lengths.Length], left = new float[rows.Lengths.Length];
        direction.Start(carried, 1, final, 1);
        for (int k = layout.Steps - 1; k >= 0; k--)
        {
            if (k < layout.Steps - 1) direction.GoBack(k, carried, 1, final, 1);
            int[] active = Active(rows.Lengths, direction.TimeOf(k));
            Assert.Equal(active.Select(row => final[row]), carried[..active.Length]);
            direction.CopyFirst(k, carried, 1, left, 1);
            bool[] began = [.. rows.Lengths.Select(length => k <= (rows.Reverse ? layout.Steps - length : 0))];
            Assert.Equal(final.Select((value, row) => began[row] ? value : 0), left);
        }
    });

    [Fact]
    public void A_row_ends_with_its_own_last_step() => Rows.Sample(rows =>
    {
        var (layout, direction) = Of(rows);
        float[] source = [.. Enumerable.Range(0, layout.Positions).Select(position => (float)position)], final = new float[rows.Lengths.Length];
        direction.CopyFinal(source, 1, final, 1, 1);
        Assert.Equal(rows.Lengths.Select((length, row) => (float)layout.PositionOf(rows.Reverse ? 0 : length - 1, row)), final);
    });

    private static int[] Active(int[] lengths, int t) => [.. Enumerable.Range(0, lengths.Length).Where(row => t >= 0 && t < lengths[row])];

    private static (SequenceLayout Layout, Direction Direction) Of((int[] Lengths, bool Reverse) rows)
    {
        var layout = new SequenceLayout(6, rows.Lengths.Length, isRagged: true);
        layout.Fill(rows.Lengths);
        return (layout, new Direction(layout, rows.Reverse));
    }
}
