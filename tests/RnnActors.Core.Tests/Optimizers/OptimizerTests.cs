using CsCheck;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Tests.Kernels;
using RnnActors.Core.Tests.Kernels.Simd;
using Xunit;

namespace RnnActors.Core.Tests.Optimizers;

[Collection(VectorWidthTests.Name)]
public sealed class OptimizerTests
{
    private static readonly Dictionary<string, Optimizer> All = new()
    {
        ["sgd"] = new Sgd(0.1),
        ["sgd with decay"] = new Sgd(0.1, WeightDecay: 0.05),
        ["sgd with momentum"] = new Sgd(0.1, 0.9, WeightDecay: 0.05),
        ["sgd with nesterov"] = new Sgd(0.1, 0.9, Nesterov: true),
        ["rmsProp"] = new RmsProp(0.01),
        ["rmsProp with momentum"] = new RmsProp(0.01, 0.9, 1e-6, 0.8),
        ["adam"] = new Adam(0.01),
        ["adamW"] = new AdamW(0.01, 0.8, 0.99, 1e-6, 0.1),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    private sealed record State(float[] Parameters, float[] First, float[] Second)
    {
        public static State Of(Optimizer optimizer, int length, uint seed) => new(
            Pseudorandom.Floats(length, seed),
            optimizer.Moments.Count >= 1 ? new float[length] : [],
            optimizer.Moments.Count >= 2 ? new float[length] : []);

        public float[] Everything => [.. Parameters, .. First, .. Second];
    }

    private static State Train(Optimizer optimizer, int length, int steps, Func<int, UpdateStep> step, params int[] cuts)
    {
        var state = State.Of(optimizer, length, 1);
        int[] bounds = [0, .. cuts.Order(), length];
        for (int t = 1; t <= steps; t++)
        {
            float[] gradients = Pseudorandom.Floats(length, (uint)(100 + t));
            for (int i = 1; i < bounds.Length; i++)
            {
                Range range = bounds[i - 1]..bounds[i];
                optimizer.Update(
                    state.Parameters.AsSpan()[range],
                    gradients.AsSpan()[range],
                    state.First.Length == 0 ? [] : state.First.AsSpan()[range],
                    state.Second.Length == 0 ? [] : state.Second.AsSpan()[range],
                    step(t));
            }
        }

        return state;
    }

    private static UpdateStep Plain(Optimizer optimizer, int t) => new(t, (float)optimizer.LearningRate);

    [Theory]
    [MemberData(nameof(Names))]
    public void Twenty_steps_follow_the_plain_twin_in_double(string name)
    {
        Optimizer optimizer = All[name];
        State actual = Train(optimizer, 100, 20, t => new(t, (float)optimizer.LearningRate, 0.5f, 0.3f));

        double[] parameters = [.. Pseudorandom.Floats(100, 1).Select(p => (double)p)];
        var twin = new OptimizerTwin(optimizer, parameters);
        for (int t = 1; t <= 20; t++)
            twin.Step([.. Pseudorandom.Floats(100, (uint)(100 + t)).Select(g => Math.Clamp(g * 0.5, -0.3, 0.3))], t);

        for (int i = 0; i < parameters.Length; i++) Assert.Equal(parameters[i], actual.Parameters[i], 1e-5);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void One_segment_or_many_give_the_same_bits(string name) =>
        Gen.Select(Gen.Int[1, 90], Gen.Int[0, 90], Gen.Int[0, 90]).Sample(
            (length, a, b) =>
            {
                Optimizer optimizer = All[name];
                float[] whole = Train(optimizer, length, 3, t => Plain(optimizer, t)).Everything;
                float[] cut = Train(optimizer, length, 3, t => Plain(optimizer, t), Math.Min(a, length), Math.Min(b, length)).Everything;
                SameBits.Assert(whole, cut);
            },
            iter: 50);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_width_gives_the_same_bits(string name) =>
        VectorWidthTests.AssertSameBitsAtEveryWidth(() => Train(All[name], 77, 5, t => Plain(All[name], t)).Everything);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_gradient_that_is_not_a_number_is_not_hidden_by_the_limit(string name)
    {
        Optimizer optimizer = All[name];
        var state = State.Of(optimizer, 3, 1);
        optimizer.Update(state.Parameters, [0, float.NaN, 0], state.First, state.Second, new(1, 0.1f, 1, 1));
        Assert.Equal([false, true, false], state.Parameters.Select(float.IsNaN));
    }

    [Fact]
    public void AdamW_without_decay_is_Adam()
    {
        var adam = new Adam(0.02, 0.8, 0.95, 1e-7);
        var adamW = new AdamW(0.02, 0.8, 0.95, 1e-7, WeightDecay: 0);
        SameBits.Assert(Train(adam, 50, 10, t => Plain(adam, t)).Everything, Train(adamW, 50, 10, t => Plain(adamW, t)).Everything);
    }

    [Fact]
    public void The_first_step_of_Adam_is_the_learning_rate_against_the_gradient()
    {
        float[] parameters = [1, 1, 1];
        new Adam(0.01).Update(parameters, [1e-3f, -5, 0], new float[3], new float[3], new(1, 0.01f));
        Assert.Equal(0.99f, parameters[0], 1e-6f);
        Assert.Equal(1.01f, parameters[1], 1e-6f);
        Assert.Equal(1, parameters[2]);
    }

    [Fact]
    public void Blocks_of_another_length_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(0.1).Update(new float[3], new float[2], new float[3], new float[3], new(1, 0.1f)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(0.1).Update(new float[3], new float[3], new float[3], [], new(1, 0.1f)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(0.1).Update(new float[3], new float[3], new float[3], [], new(1, 0.1f)));
    }

    [Fact]
    public void Steps_count_from_one() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(0.1).Update(new float[1], new float[1], new float[1], new float[1], new(0, 0.1f)));
}
