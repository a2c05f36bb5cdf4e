using CsCheck;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Specifications;
using Xunit;

namespace RnnActors.Core.Tests.Specifications;

public class ModelFormatTests
{
    private static readonly Gen<Initializer> AnyInitializer = Gen.OneOf(
        Gen.Const(Initializer.GlorotUniform), Gen.Const(Initializer.Orthogonal), Gen.Const(Initializer.PyTorch),
        Gen.Double[1e-9, 10].Select(Initializer.Uniform));

    private static readonly Gen<LayerSpec> AnyRecurrent =
        from units in Gen.Int[1, 65536]
        from kind in Gen.Int[0, 4]
        from layers in Gen.Int[1, 64]
        from rates in Gen.Double[0, 0.999].Array[2]
        from flags in Gen.Bool.Array[2]
        from kernel in AnyInitializer
        from recurrent in AnyInitializer
        from activation in Gen.Enum<ActivationFunction>()
        from bias in Gen.Double[-5, 5]
        let cell = (Recurrent)(kind switch
        {
            0 => new SimpleRnn(units) { Activation = activation },
            1 => new Lstm(units) { ForgetBias = bias },
            2 => new Gru(units),
            3 => new MinGru(units),
            _ => new MinLstm(units),
        })
        select (LayerSpec)(cell with
        {
            Layers = layers,
            Dropout = rates[0],
            RecurrentDropout = cell.HasRecurrentProduct ? rates[1] : 0,
            WeightDropout = cell.HasRecurrentProduct ? rates[0] : 0,
            Bidirectional = flags[0],
            ReturnSequences = flags[1],
            KernelInitializer = kernel,
            RecurrentInitializer = cell.HasRecurrentProduct ? recurrent : cell.RecurrentInitializer,
        });

    private static readonly Gen<LayerSpec> AnyLayer = Gen.OneOf(
        AnyRecurrent,
        Gen.Select(Gen.Int[1, 65536], AnyInitializer, (units, initial) => (LayerSpec)new Embedding(units) { Initializer = initial }),
        Gen.Select(Gen.Int[0, 65536], Gen.Enum<ActivationFunction>(), AnyInitializer, (units, function, initial) =>
            (LayerSpec)new Dense(units) { Activation = function, KernelInitializer = initial }),
        Gen.Double[0, 0.999].Select(rate => (LayerSpec)new Dropout(rate)),
        Gen.Int[1, 65536].Select(steps => (LayerSpec)new Segments(steps)),
        Gen.Int[1, 65536].Select(steps => (LayerSpec)new Flatten(steps)),
        Gen.Enum<ActivationFunction>().Select(function => (LayerSpec)new Activation(function)));

    [Fact]
    public void A_model_that_is_written_reads_back_the_same()
    {
        AnyLayer.Array[1, 6].Sample(layers =>
        {
            foreach (ModelFormat format in new[] { ModelFormat.Forecast, ModelFormat.LanguageModel })
            {
                string json = format.ToJson(new ModelSpec(layers));
                ModelSpec read = format.Read(SourceParser.Parse(json, "model"));
                Assert.Equal(layers, read.Layers);
                Assert.Equal(json, format.ToJson(read));
            }
        });
    }

    [Fact]
    public void Every_recurrent_layer_returns_sequences_but_the_last_of_a_forecast()
    {
        const string json = """[ { "lstm": 4 }, { "dropout": 0.5 }, { "gru": 3 }, { "dense": 2 } ]""";
        SourceNode node = SourceParser.Parse(json, "model");

        Assert.Equal([true, false], ReturnSequences(ModelFormat.Forecast.Read(node)));
        Assert.Equal([true, true], ReturnSequences(ModelFormat.LanguageModel.Read(node)));
        Assert.Equal([true, true],
            ReturnSequences(ModelFormat.Parse(json.Replace("3 }", "3, \"returnSequences\": true }", StringComparison.Ordinal), "model")));
    }

    [Theory]
    [InlineData("{}", "model:1:1: a specification must be a list of layers, at least 1, not an object.")]
    [InlineData("[]", "model:1:1: a specification must be a list of layers, at least 1, not a list.")]
    [InlineData("[ \"lstm\" ]", "model:1:3: 0 must be a layer")]
    [InlineData("[ {} ]", "model:1:3: 0 must be a layer")]
    [InlineData("[ { \"lstn\": 3 } ]", "model:1:5: unknown layer \"lstn\" in 0. Did you mean \"lstm\"?")]
    [InlineData("[ { \"lstmm\": 3, \"dropout\": 0.1 } ]", "model:1:5: unknown layer \"lstmm\" in 0. Did you mean \"lstm\"?")]
    [InlineData("[ { \"lstm\": 3, \"layer\": 2 } ]", "model:1:16: unknown key \"layer\" in 0. Did you mean \"layers\"?")]
    [InlineData("[ { \"lstm\": 3, \"activation\": \"relu\" } ]", "model:1:16: unknown key \"activation\" in 0.")]
    [InlineData("[ { \"lstm\": 0 } ]", "model:1:13: 0.lstm must be a whole number from 1 to 65536, not 0.")]
    [InlineData("[ { \"lstm\": 2.5 } ]", "model:1:13: 0.lstm must be a whole number from 1 to 65536, not 2.5.")]
    [InlineData("[ { \"lstm\": \"3\" } ]", "model:1:13: 0.lstm must be a whole number from 1 to 65536, not the string \"3\". Write 3 without quotes.")]
    [InlineData("[ { \"gru\": 1, \"dropout\": 1 } ]", "model:1:26: 0.dropout must be a number of at least 0 and below 1, not 1. The default is 0.")]
    [InlineData("[ { \"gru\": 1, \"bidirectional\": 1 } ]", "model:1:32: 0.bidirectional must be true or false, not 1. The default is false.")]
    [InlineData("[ { \"minGru\": 3, \"recurrentDropout\": 0.1 } ]", "model:1:18: unknown key \"recurrentDropout\" in 0.")]
    [InlineData("[ { \"dense\": \"outputs\" } ]", "model:1:14: 0.dense must be a whole number from 1 to 65536, or \"targets\", not the string \"outputs\".")]
    [InlineData("[ { \"activation\": \"tan\" } ]", "model:1:19: unknown value \"tan\" in 0.activation. Did you mean \"tanh\"?")]
    [InlineData("[ { \"embedding\": 4, \"initializer\": { \"uniform\": 0 } } ]", "model:1:49: 0.initializer.uniform must be a number above 0, not 0.")]
    [InlineData("[ { \"embedding\": 4, \"initializer\": \"uniform\" } ]", "model:1:36: 0.initializer must be an object here: { \"uniform\": … }")]
    public void What_is_no_model_is_refused_with_its_place(string json, string expected)
    {
        var problem = Assert.Throws<InvalidInputException>(() => ModelFormat.Parse(json, "model"));
        Assert.StartsWith(expected, problem.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<bool> ReturnSequences(ModelSpec model) => model.Layers.OfType<Recurrent>().Select(layer => layer.ReturnSequences);
}
