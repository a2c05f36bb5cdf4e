using CsCheck;
using RnnActors.Core.Kernels.Cells;
using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Tests.Kernels.Simd;
using RnnActors.Core.Tests.Kernels.Threads;
using Xunit;

namespace RnnActors.Core.Tests.Kernels.Cells;

/// <summary>The passes of the cells beside their formulas element by element, at every vector width; what lies between rows is left alone.</summary>
[Collection(VectorWidthTests.Name)]
public class CellTests
{
    private static readonly Gen<(int Rows, int Units, int Gap)> Shapes = Gen.Select(Gen.Int[1, 4], Gen.Int[1, 70], Gen.Int[0, 3]);

    private static readonly Gen<(int Threads, int Rows, int Units, int Gap)> TeamShapes =
        Gen.Select(Gen.Int[2, 4], Gen.Int[60, 70], Gen.Int[280, 330], Gen.Int[0, 3]);

    [Fact]
    public void An_LSTMs_step_forward_is_its_formula() => Check((rows, units, gap) =>
    {
        int stride = units + gap, gateStride = (4 * units) + gap;
        AlignedBuffer gates = Values(rows * gateStride, 1), before = Values(rows * units, 2), cell = Values(rows * units, 3), hidden = Values(rows * stride, 4);
        float[] a = Copy(gates), expectedGates = Copy(gates), expectedCell = Copy(cell), expectedHidden = Copy(hidden);
        for (int row = 0; row < rows; row++)
        {
            for (int u = 0; u < units; u++)
            {
                int at = (row * gateStride) + u;
                float i = Sigmoid(a[at]), f = Sigmoid(a[at + units]), g = Tanh(a[at + (2 * units)]), o = Sigmoid(a[at + (3 * units)]);
                float c = Fma(f, before.Span[(row * units) + u], i * g);
                (expectedGates[at], expectedGates[at + units], expectedGates[at + (2 * units)], expectedGates[at + (3 * units)]) = (i, f, g, o);
                expectedCell[(row * units) + u] = c;
                expectedHidden[(row * stride) + u] = o * Tanh(c);
            }
        }

        LstmCell.Forward(gates.Span, gateStride, before.Span, cell.Span, hidden.Span, stride, rows, units);
        SameBits.Assert(expectedGates, gates.Span);
        SameBits.Assert(expectedCell, cell.Span);
        SameBits.Assert(expectedHidden, hidden.Span);
        return [.. expectedGates, .. expectedCell, .. expectedHidden];
    });

    [Fact]
    public void An_LSTMs_step_backward_is_its_formula() => Check((rows, units, gap) =>
    {
        int stride = units + gap, gateStride = (4 * units) + gap;
        AlignedBuffer gates = Values(rows * gateStride, 1), before = Values(rows * units, 2), cell = Values(rows * units, 3);
        AlignedBuffer above = Values(rows * stride, 4), after = Values(rows * units, 5), cellGradient = Values(rows * units, 6);
        float[] a = Copy(gates), expectedGates = Copy(gates), expectedCell = Copy(cellGradient);
        for (int row = 0; row < rows; row++)
        {
            for (int u = 0; u < units; u++)
            {
                int at = (row * gateStride) + u, flat = (row * units) + u;
                float i = a[at], f = a[at + units], g = a[at + (2 * units)], o = a[at + (3 * units)], tanh = Tanh(cell.Span[flat]);
                float dh = above.Span[(row * stride) + u] + after.Span[flat];
                float dc = Fma(dh * o, 1 - (tanh * tanh), cellGradient.Span[flat]);
                expectedGates[at] = dc * g * (i * (1 - i));
                expectedGates[at + units] = dc * before.Span[flat] * (f * (1 - f));
                expectedGates[at + (2 * units)] = dc * i * (1 - (g * g));
                expectedGates[at + (3 * units)] = dh * tanh * (o * (1 - o));
                expectedCell[flat] = dc * f;
            }
        }

        LstmCell.Backward(gates.Span, gateStride, before.Span, cell.Span, above.Span, stride, after.Span, cellGradient.Span, rows, units);
        SameBits.Assert(expectedGates, gates.Span);
        SameBits.Assert(expectedCell, cellGradient.Span);
        return [.. expectedGates, .. expectedCell];
    });

    [Fact]
    public void A_GRUs_step_forward_is_its_formula() => Check((rows, units, gap) =>
    {
        int beforeStride = units + gap, stride = units + (gap / 2), gateStride = (3 * units) + gap;
        AlignedBuffer gates = Values(rows * gateStride, 1), product = Values(rows * gateStride, 2), before = Values(rows * beforeStride, 3);
        AlignedBuffer candidate = Values(rows * units, 4), hidden = Values(rows * stride, 5);
        float[] x = Copy(gates), expectedGates = Copy(gates), expectedCandidate = Copy(candidate), expectedHidden = Copy(hidden);
        for (int row = 0; row < rows; row++)
        {
            for (int u = 0; u < units; u++)
            {
                int at = (row * gateStride) + u;
                float r = Sigmoid(x[at] + product.Span[at]), z = Sigmoid(x[at + units] + product.Span[at + units]), p = product.Span[at + (2 * units)];
                float n = Tanh(Fma(r, p, x[at + (2 * units)]));
                (expectedGates[at], expectedGates[at + units], expectedGates[at + (2 * units)]) = (r, z, n);
                expectedCandidate[(row * units) + u] = p;
                expectedHidden[(row * stride) + u] = Fma(z, before.Span[(row * beforeStride) + u] - n, n);
            }
        }

        GruCell.Forward(gates.Span, gateStride, product.Span, before.Span, beforeStride, candidate.Span, hidden.Span, stride, rows, units);
        SameBits.Assert(expectedGates, gates.Span);
        SameBits.Assert(expectedCandidate, candidate.Span);
        SameBits.Assert(expectedHidden, hidden.Span);
        return [.. expectedGates, .. expectedCandidate, .. expectedHidden];
    });

    [Fact]
    public void A_GRUs_step_backward_is_its_formula() => Check((rows, units, gap) =>
    {
        int beforeStride = units + gap, stride = units + (gap / 2), gateStride = (3 * units) + gap;
        AlignedBuffer gates = Values(rows * gateStride, 1), recurrent = Values(rows * gateStride, 2), before = Values(rows * beforeStride, 3);
        AlignedBuffer candidate = Values(rows * units, 4), above = Values(rows * stride, 5), hidden = Values(rows * units, 6);
        float[] a = Copy(gates), expectedGates = Copy(gates), expectedRecurrent = Copy(recurrent), expectedCandidate = Copy(candidate),
            expectedHidden = Copy(hidden);
        for (int row = 0; row < rows; row++)
        {
            for (int u = 0; u < units; u++)
            {
                int at = (row * gateStride) + u, flat = (row * units) + u;
                float r = a[at], z = a[at + units], n = a[at + (2 * units)];
                float dh = above.Span[(row * stride) + u] + hidden.Span[flat];
                float dn = dh * (1 - z) * (1 - (n * n));
                float dz = dh * (before.Span[(row * beforeStride) + u] - n) * (z * (1 - z));
                float dr = dn * candidate.Span[flat] * (r * (1 - r));
                (expectedGates[at], expectedGates[at + units], expectedGates[at + (2 * units)]) = (dr, dz, dn);
                (expectedRecurrent[at], expectedRecurrent[at + units], expectedRecurrent[at + (2 * units)]) = (dr, dz, dn * r);
                (expectedCandidate[flat], expectedHidden[flat]) = (dn * r, dh * z);
            }
        }

        GruCell.Backward(gates.Span, gateStride, recurrent.Span, before.Span, beforeStride, candidate.Span, above.Span, stride, hidden.Span, rows, units);
        SameBits.Assert(expectedGates, gates.Span);
        SameBits.Assert(expectedRecurrent, recurrent.Span);
        SameBits.Assert(expectedCandidate, candidate.Span);
        SameBits.Assert(expectedHidden, hidden.Span);
        return [.. expectedGates, .. expectedRecurrent, .. expectedCandidate, .. expectedHidden];
    });

    [Fact]
    public void A_minGRUs_step_forward_is_its_formula() => Check((rows, units, gap) =>
    {
        int beforeStride = units + gap, stride = units + (gap / 2), gateStride = (2 * units) + gap;
        AlignedBuffer gates = Values(rows * gateStride, 1), before = Values(rows * beforeStride, 2), hidden = Values(rows * stride, 3);
        float[] x = Copy(gates), expectedGates = Copy(gates), expectedHidden = Copy(hidden);
        for (int row = 0; row < rows; row++)
        {
            for (int u = 0; u < units; u++)
            {
                int at = (row * gateStride) + u;
                float z = Sigmoid(x[at]), h = before.Span[(row * beforeStride) + u];
                expectedGates[at] = z;
                expectedHidden[(row * stride) + u] = Fma(z, x[at + units] - h, h);
            }
        }

        MinGruCell.Forward(gates.Span, gateStride, before.Span, beforeStride, hidden.Span, stride, rows, units);
        SameBits.Assert(expectedGates, gates.Span);
        SameBits.Assert(expectedHidden, hidden.Span);
        return [.. expectedGates, .. expectedHidden];
    });

    [Fact]
    public void A_minGRUs_step_backward_is_its_formula() => Check((rows, units, gap) =>
    {
        int beforeStride = units + gap, stride = units + (gap / 2), gateStride = (2 * units) + gap;
        AlignedBuffer gates = Values(rows * gateStride, 1), before = Values(rows * beforeStride, 2);
        AlignedBuffer above = Values(rows * stride, 3), hidden = Values(rows * units, 4);
        float[] a = Copy(gates), expectedGates = Copy(gates), expectedHidden = Copy(hidden);
        for (int row = 0; row < rows; row++)
        {
            for (int u = 0; u < units; u++)
            {
                int at = (row * gateStride) + u, flat = (row * units) + u;
                float z = a[at], n = a[at + units], dh = above.Span[(row * stride) + u] + hidden.Span[flat];
                expectedGates[at] = dh * z * (1 - z) * (n - before.Span[(row * beforeStride) + u]);
                expectedGates[at + units] = dh * z;
                expectedHidden[flat] = dh * (1 - z);
            }
        }

        MinGruCell.Backward(gates.Span, gateStride, before.Span, beforeStride, above.Span, stride, hidden.Span, rows, units);
        SameBits.Assert(expectedGates, gates.Span);
        SameBits.Assert(expectedHidden, hidden.Span);
        return [.. expectedGates, .. expectedHidden];
    });

    [Fact]
    public void A_minLSTMs_step_forward_is_its_formula() => Check((rows, units, gap) =>
    {
        int beforeStride = units + gap, stride = units + (gap / 2), gateStride = (3 * units) + gap;
        AlignedBuffer gates = Values(rows * gateStride, 1), before = Values(rows * beforeStride, 2), hidden = Values(rows * stride, 3);
        float[] x = Copy(gates), expectedGates = Copy(gates), expectedHidden = Copy(hidden);
        for (int row = 0; row < rows; row++)
        {
            for (int u = 0; u < units; u++)
            {
                int at = (row * gateStride) + u;
                float f = Sigmoid(x[at]), i = Sigmoid(x[at + units]), h = before.Span[(row * beforeStride) + u];
                (expectedGates[at], expectedGates[at + units]) = (f, i);
                expectedHidden[(row * stride) + u] = Fma(i / (f + i), x[at + (2 * units)] - h, h);
            }
        }

        MinLstmCell.Forward(gates.Span, gateStride, before.Span, beforeStride, hidden.Span, stride, rows, units);
        SameBits.Assert(expectedGates, gates.Span);
        SameBits.Assert(expectedHidden, hidden.Span);
        return [.. expectedGates, .. expectedHidden];
    });

    [Fact]
    public void A_minLSTMs_step_backward_is_its_formula() => Check((rows, units, gap) =>
    {
        int beforeStride = units + gap, stride = units + (gap / 2), gateStride = (3 * units) + gap;
        AlignedBuffer gates = Values(rows * gateStride, 1), before = Values(rows * beforeStride, 2);
        AlignedBuffer above = Values(rows * stride, 3), hidden = Values(rows * units, 4);
        float[] a = Copy(gates), expectedGates = Copy(gates), expectedHidden = Copy(hidden);
        for (int row = 0; row < rows; row++)
        {
            for (int u = 0; u < units; u++)
            {
                int at = (row * gateStride) + u, flat = (row * units) + u;
                float f = a[at], i = a[at + units], n = a[at + (2 * units)], dh = above.Span[(row * stride) + u] + hidden.Span[flat];
                float scale = 1 / (f + i), dn = dh * (i * scale), kept = f * scale, both = dn * kept * (n - before.Span[(row * beforeStride) + u]);
                (expectedGates[at], expectedGates[at + units], expectedGates[at + (2 * units)]) = (both * (f - 1), both * (1 - i), dn);
                expectedHidden[flat] = dh * kept;
            }
        }

        MinLstmCell.Backward(gates.Span, gateStride, before.Span, beforeStride, above.Span, stride, hidden.Span, rows, units);
        SameBits.Assert(expectedGates, gates.Span);
        SameBits.Assert(expectedHidden, hidden.Span);
        return [.. expectedGates, .. expectedHidden];
    });

    /// <summary>Gates that are both shut keep the half of a state, and what is not a number stays so.</summary>
    [Theory]
    [InlineData(-1000, 0.75f)]
    [InlineData(float.NegativeInfinity, 0.75f)]
    [InlineData(float.NaN, float.NaN)]
    public void A_minLSTMs_shut_gates_divide_by_no_zero(float argument, float expected) => VectorWidthTests.AssertSameBitsAtEveryWidth(() =>
    {
        AlignedBuffer gates = new(3), before = new(1), hidden = new(1), gradient = new(1);
        (gates.Span[0], gates.Span[1], gates.Span[2], before.Span[0]) = (argument, argument, 1, 0.5f);
        MinLstmCell.Forward(gates.Span, 3, before.Span, 1, hidden.Span, 1, 1, 1);
        Assert.Equal(expected, hidden.Span[0]);
        MinLstmCell.Backward(gates.Span, 3, before.Span, 1, hidden.Span, 1, gradient.Span, 1, 1);
        Assert.Equal(float.IsNaN(expected), float.IsNaN(gradient.Span[0]));
        return [hidden.Span[0], gradient.Span[0]];
    });

    private static void Check(Func<int, int, int, float[]> pass)
    {
        Shapes.Sample(shape => VectorWidthTests.AssertSameBitsAtEveryWidth(() => pass(shape.Rows, shape.Units, shape.Gap)), iter: 100, threads: 1);

        // A team's threads compute some units each.
        TeamShapes.Sample(
            shape => ThreadTeamTests.AssertSameBits(shape.Threads, () => pass(shape.Rows, shape.Units, shape.Gap)), iter: 8, threads: 1);
    }

    /// <summary>In [-4, 4), with room behind them for the last vector of a row.</summary>
    private static AlignedBuffer Values(int length, uint seed)
    {
        var values = new AlignedBuffer(length);
        Pseudorandom.Floats(length, seed).Select(value => 4 * value).ToArray().CopyTo(values.Span);
        return values;
    }

    private static float[] Copy(AlignedBuffer values) => values.Span.ToArray();

    private static float Fma(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);

    private static float Sigmoid(float x) => One(Map.Apply<Sigmoid>, x);

    private static float Tanh(float x) => One(Map.Apply<Tanh>, x);

    private static float One(Apply function, float x)
    {
        float[] result = [0];
        function([x], result);
        return result[0];
    }

    private delegate void Apply(ReadOnlySpan<float> source, Span<float> destination);
}
