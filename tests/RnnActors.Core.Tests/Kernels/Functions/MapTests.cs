using CsCheck;
using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Tests.Kernels.Simd;
using Xunit;

namespace RnnActors.Core.Tests.Kernels.Functions;

[Collection(VectorWidthTests.Name)]
public sealed class MapTests
{
    /// <summary>Of two operands: in one pass over both, and of one pair.</summary>
    private static readonly Dictionary<Type, (Func<float[], float[], float[]> Apply, Func<float, float, float> Twin)> Twins = new()
    {
        [typeof(Add)] = (Both<Add>, (a, b) => a + b),
        [typeof(Multiply)] = (Both<Multiply>, (a, b) => a * b),
        [typeof(ReluGradient)] = (Both<ReluGradient>, (y, gradient) => y > 0 ? gradient : 0),
        [typeof(TanhGradient)] = (Both<TanhGradient>, (y, gradient) => gradient * (1 - (y * y))),
        [typeof(SigmoidGradient)] = (Both<SigmoidGradient>, (y, gradient) => gradient * (y * (1 - y))),
    };

    private static readonly Gen<float> Values = Gen.Frequency((20, Gen.Float[-20, 20]), (1, Gen.Const(0f)), (1, Gen.Const(-0f)), (1, Gen.Const(1f)));

    [Fact]
    public void Every_function_of_two_operands_is_its_plain_twin_at_every_width()
    {
        Assert.Equal(
            typeof(Map).Assembly.GetTypes().Where(type => type.IsValueType && type.IsAssignableTo(typeof(IBinaryOperator))).OrderBy(type => type.Name),
            Twins.Keys.OrderBy(type => type.Name));
        Gen.Select(Values, Values).Array[0, 70].Sample(pairs =>
        {
            float[] a = [.. pairs.Select(pair => pair.Item1)], b = [.. pairs.Select(pair => pair.Item2)];
            foreach (var (apply, twin) in Twins.Values)
            {
                float[] expected = [.. a.Zip(b, twin)];
                foreach (float[] result in VectorWidthTests.AtEveryWidth(() => apply(a, b))) SameBits.Assert(expected, result);
            }
        }, threads: 1);
    }

    [Fact]
    public void Relu_is_its_plain_twin_at_every_width() =>
        Gen.Frequency((9, Values), (1, Gen.Const(float.NaN)), (1, Gen.Const(float.NegativeInfinity))).Array[0, 70].Sample(x =>
        {
            float[] expected = [.. x.Select(value => value < 0 ? 0 : value)];
            foreach (float[] result in VectorWidthTests.AtEveryWidth(() =>
            {
                float[] y = new float[x.Length];
                Relu.Apply(x, y);
                return y;
            }))
                SameBits.Assert(expected, result);
        }, threads: 1);

    [Fact]
    public void An_element_depends_on_nothing_but_itself() =>
        Gen.Float[-20, 20].Array[0, 70].Sample(x =>
        {
            var together = new float[x.Length];
            Tanh.Apply(x, together);
            var alone = new float[x.Length];
            for (int i = 0; i < x.Length; i++) Tanh.Apply(x.AsSpan(i, 1), alone.AsSpan(i, 1));
            SameBits.Assert(alone, together);
        });

    [Fact]
    public void Source_and_destination_may_be_the_same() =>
        Gen.Float[-20, 20].Array[0, 70].Sample(x =>
        {
            var apart = new float[x.Length];
            Sigmoid.Apply(x, apart);
            Sigmoid.Apply(x, x);
            SameBits.Assert(apart, x);
        });

    [Fact]
    public void Different_lengths_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Exp.Apply(new float[3], new float[4]));

    private static float[] Both<T>(float[] a, float[] b)
        where T : struct, IBinaryOperator
    {
        float[] result = new float[a.Length];
        Map.Apply<T>(a, b, result);
        return result;
    }

    [Fact]
    public void Add_is_the_plain_sum_at_every_width() =>
        Gen.Select(Gen.Float[-1e6f, 1e6f].Array[0, 70], Gen.Int[0, 1000]).Sample((source, seed) =>
        {
            float[] before = [.. source.Select((_, i) => (seed + i) / 7f)];
            float[] expected = [.. before.Zip(source, (a, b) => a + b)];
            foreach (float[] sum in VectorWidthTests.AtEveryWidth(() =>
            {
                float[] destination = [.. before];
                Add.Into(destination, source);
                return destination;
            }))
                SameBits.Assert(expected, sum);
        }, threads: 1);
}
