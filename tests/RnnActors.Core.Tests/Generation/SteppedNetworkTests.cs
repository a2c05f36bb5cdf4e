using RnnActors.Core.Generation;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Core.Tests.Generation;

public sealed class SteppedNetworkTests
{
    private const int Features = 3, Steps = 9;

    public static TheoryData<LayerSpec> Layers =>
    [
        new Lstm(9) { Layers = 2 }, new Lstm(8) { Projection = 5 }, new Gru(8), new SimpleRnn(17), new MinGru(17) { Layers = 2 }, new MinLstm(9),
        new Pooling(PoolingMode.Last),
    ];

    [Theory]
    [MemberData(nameof(Layers))]
    public void After_each_step_it_gives_the_bits_of_the_row_so_far(LayerSpec layer)
    {
        var (model, parameters, values) = Create(layer is Pooling ? [new Gru(6, true), layer, new Dense(2)] : [layer, new Dense(2)]);
        var weights = new SharedWeights(isFixed: true);
        SteppedNetwork[] many = [new(model, parameters), new(model, parameters, weights), new(model, parameters, weights)];
        for (int row = 0; row < 2; row++)
        {
            foreach (SteppedNetwork network in many) network.Reset();
            for (int t = 0; t < Steps; t++)
            {
                float[,] soFar = new float[t + 1, Features];
                for (int i = 0; i < (t + 1) * Features; i++) soFar[i / Features, i % Features] = values[(row * Steps * Features) + i];
                float[] expected = Prediction.RunEach(model, parameters, RaggedDataset.Create([soFar], [0], 2), weights: weights)[0];
                foreach (SteppedNetwork network in many)
                {
                    values.AsSpan(((row * Steps) + t) * Features, Features).CopyTo(network.Values);
                    network.Step();
                    Assert.Equal(expected, network.Outputs.ToArray());
                }
            }
        }
    }

    [Fact]
    public void What_is_packed_once_is_read_without_a_lock_by_many_threads()
    {
        var (model, parameters, values) = Create([new Lstm(64) { Layers = 2 }, new Dense(2)]);
        float[] expected = Run(new SteppedNetwork(model, parameters));
        var weights = new SharedWeights(isFixed: true);
        float[][] answers = new float[32][];
        Parallel.For(0, answers.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 },
            i => answers[i] = Run(new SteppedNetwork(model, parameters, weights)));
        Assert.All(answers, answer => Assert.Equal(expected, answer));

        float[] Run(SteppedNetwork network)
        {
            for (int t = 0; t < Steps; t++)
            {
                values.AsSpan(t * Features, Features).CopyTo(network.Values);
                network.Step();
            }

            return network.Outputs.ToArray();
        }
    }

    [Fact]
    public void A_network_that_looks_at_whole_rows_is_refused()
    {
        Assert.Contains("'gru' reads backward too", Refusal(new Gru(4) { Bidirectional = true }, new Dense(2)), StringComparison.Ordinal);
        Assert.Contains("'pooling' looks at all steps", Refusal(new Gru(4, true), new Pooling(PoolingMode.Mean), new Dense(2)), StringComparison.Ordinal);
        Assert.Contains("'segments' reads several steps at once", Refusal(new Segments(2), new Gru(4), new Dense(2)), StringComparison.Ordinal);
        Assert.Contains("'attention' attends to all steps", Refusal(
            new Gru(4, true), new Attention { Reads = new(["gru", "gru"]), Causal = true }, new Dense(2)), StringComparison.Ordinal);

        var (model, parameters, _) = Create([new Gru(4), new Dense(2)]);
        var network = new SteppedNetwork(model, parameters);
        Assert.Throws<InvalidOperationException>(() => network.Outputs.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Restore([1]));
    }

    private static (Model Model, ReadOnlyMemory<float> Parameters, float[] Values) Create(LayerSpec[] layers)
    {
        var model = new Model(new ModelSpec(layers), new Shape(Features));
        var random = new Random(5);
        return (model, model.CreateParameters(2).Memory, [.. Enumerable.Range(0, 2 * Steps * Features).Select(_ => (float)(random.NextDouble() - 0.5))]);
    }

    private static string Refusal(params LayerSpec[] layers)
    {
        var (model, parameters, _) = Create(layers);
        return Assert.Throws<InvalidInputException>(() => new SteppedNetwork(model, parameters)).Message;
    }
}
