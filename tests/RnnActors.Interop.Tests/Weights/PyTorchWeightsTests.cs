using RnnActors.Core.Checkpoints;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Interop.Weights;
using Xunit;

namespace RnnActors.Interop.Tests.Weights;

/// <summary>A state_dict becomes our parameters, and computes what PyTorch computed.</summary>
public sealed class PyTorchWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("gru_2layer_ce_all")]
    [InlineData("gru_bidirectional_2layer_mse_last")]
    [InlineData("lstm_2layer_ce_all")]
    [InlineData("lstm_bidirectional_ce_last")]
    [InlineData("rnn_relu_mse_all")]
    [InlineData("rnn_tanh_2layer_ce_all")]
    public void PyTorchs_own_outputs_come_out(string name)
    {
        string folder = Environment.GetEnvironmentVariable("RNNACTORS_GOLDEN") ?? "";
        Skip.IfNot(Directory.Exists(folder), "RNNACTORS_GOLDEN names no folder.");
        SafetensorsFile golden = SafetensorsFile.Read(Path.Combine(folder, name + ".safetensors"));
        string file = Save([.. golden.Tensors.Where(tensor => tensor.Name.StartsWith("param.", StringComparison.Ordinal)).Select(tensor =>
            (tensor.Name["param.".Length..], tensor.Shape.ToArray(), tensor.Values<float>().ToArray()))]);
        NamedTensor input = golden["input"], h0 = golden["h0"], logits = golden["logits"];
        int steps = (int)input.Shape[0], batch = (int)input.Shape[1], features = (int)input.Shape[2], units = (int)h0.Shape[2], cells = (int)h0.Shape[0];
        bool isBidirectional = name.Contains("bidirectional", StringComparison.Ordinal), isLast = name.EndsWith("last", StringComparison.Ordinal);
        Recurrent cell = name.StartsWith("lstm", StringComparison.Ordinal) ? new Lstm(units) : name.StartsWith("gru", StringComparison.Ordinal) ? new Gru(units)
            : new SimpleRnn(units) { Activation = name.Contains("relu", StringComparison.Ordinal) ? ActivationFunction.Relu : ActivationFunction.Tanh };
        cell = cell with { Layers = cells / (isBidirectional ? 2 : 1), Bidirectional = isBidirectional, ReturnSequences = true };
        var model = new Model(new ModelSpec([cell, new Dense((int)logits.Shape[^1])]), new Shape(features));
        float[] parameters = WeightFile.Read(file, model);

        var replica = new Replica(model, steps, batch, training: false);
        replica.Prepare(Aligned(parameters).Memory);
        input.Values<float>().CopyTo(replica.Input.Values);
        float[] states = new float[batch * model.StateWidth];
        int width = model.StateWidth / cells;
        for (int row = 0; row < batch; row++)
        {
            for (int number = 0; number < cells; number++)
            {
                h0.Values<float>().Slice(((number * batch) + row) * units, units).CopyTo(states.AsSpan((row * model.StateWidth) + (number * width)));
                if (cell is Lstm) golden["c0"].Values<float>().Slice(((number * batch) + row) * units, units)
                    .CopyTo(states.AsSpan((row * model.StateWidth) + (number * width) + units));
            }
        }

        replica.Forward(replica.Inference(batch, hasState: true), states, []);
        ReadOnlySpan<float> expected = logits.Values<float>(), ours = replica.Output.Values;
        if (isLast) ours = ours[^expected.Length..];
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], ours[i], 1e-5);
    }

    [Fact]
    public void Modules_are_found_by_their_shapes_whatever_they_are_called_and_in_any_order()
    {
        Model model = new(new ModelSpec([new Embedding(3), new Lstm(2), new Dense(4)]), Shape.Tokens(5));
        float[] head = Numbers(8), table = Numbers(15), input = Numbers(24), hidden = Numbers(16);
        string file = Save([("out.weight", [4, 2], head), ("emb.weight", [5, 3], table), ("encoder.rnn.weight_hh_l0", [8, 2], hidden),
            ("encoder.rnn.weight_ih_l0", [8, 3], input)]);
        float[] parameters = WeightFile.Read(file, model);
        Assert.Equal(head, Of(model, parameters, "dense.weight"));
        Assert.Equal(table, Of(model, parameters, "embedding.weight"));
        Assert.Equal(input, Of(model, parameters, "lstm.weight_ih_l0"));
        Assert.Equal(hidden, Of(model, parameters, "lstm.weight_hh_l0"));
        Assert.All(Of(model, parameters, "dense.bias").Concat(Of(model, parameters, "lstm.bias_ih_l0")), value => Assert.Equal(0, value));
    }

    [Fact]
    public void What_does_not_fit_is_refused_by_its_name()
    {
        Model model = new(new ModelSpec([new Lstm(2, true) { Name = "a" }, new Lstm(2) { Name = "b" }, new Dense(2)]), new Shape(2));
        (string, long[], float[])[] Module(string name, int units, int features) =>
            [($"{name}.weight_ih_l0", [4 * units, features], Numbers(4 * units * features)),
                ($"{name}.weight_hh_l0", [4 * units, units], Numbers(4 * units * units))];
        (string, long[], float[])[] head = [("head.weight", [2, 2], Numbers(4)), ("head.bias", [2], Numbers(2))];
        (string, long[], float[])[] both = [.. Module("x", 2, 2), .. Module("y", 2, 2), .. head];
        Assert.Contains("the layer 'a' may be any of 'x', 'y'. Say which: --map a=x", Refused(model, both), StringComparison.Ordinal);
        float[] mapped = WeightFile.Read(Save(both), model, new Dictionary<string, string> { ["a"] = "y" });
        Assert.Equal(both[2].Item3, Of(model, mapped, "a.weight_ih_l0"));
        Assert.Contains("'a' is 'z', and the file has no such module. It has: 'x', 'y', 'head'", Refused(model, both, ("a", "z")), StringComparison.Ordinal);
        Assert.Contains("--map names the layer 'c', and there is none", Refused(model, both, ("c", "x")), StringComparison.Ordinal);
        Assert.Contains(
            "'y.weight_ih_l0' is [12, 2], but 'b.weight_ih_l0' of the specification is [8, 2]",
            Refused(model, [.. Module("x", 2, 2), .. Module("y", 3, 2), .. head]), StringComparison.Ordinal);
        Assert.Contains("nothing for the layer 'dense', whose 'dense.weight' is [2, 2]", Refused(model, both[..4], ("a", "x"), ("b", "y")),
            StringComparison.Ordinal);
        Assert.Contains(
            "no layer of the specification takes 'more.weight' [3, 3]", Refused(model, [.. both, ("more.weight", [3, 3], Numbers(9))], ("a", "x"), ("b", "y")),
            StringComparison.Ordinal);
        Assert.Contains("pickles are not read", Assert.Throws<InvalidInputException>(() => WeightFile.Read(_folder.Write("w.pt", "x"), model)).Message,
            StringComparison.Ordinal);
        Assert.Contains("it cannot be read as HDF5", Assert.Throws<InvalidInputException>(() => WeightFile.Read(_folder.Write("w.keras", "x"), model)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("_l0 _l1", 4, 8, "no layer of the specification takes 'lstm.weight_ih_l1' [8, 2]", """{ "lstm": 2, "layers": 2 }""")]
    [InlineData("_l0 _l0_reverse", 4, 8, "takes 'lstm.weight_ih_l0_reverse' [8, 2]", """{ "lstm": 2, "bidirectional": true }""")]
    [InlineData("_l0", 3, 6, "'lstm.weight_ih_l0' is [6, 2], but 'lstm.weight_ih_l0' of the specification is [8, 2]", """{ "gru": 2 }""")]
    [InlineData("_l0", 1, 2, "'lstm.weight_ih_l0' is [2, 2]", """{ "simpleRnn": 2 }""")]
    [InlineData("", 4, 8, "the single cell 'lstm' of torch.nn", "Add _l0 to the names of its tensors: weight_ih_l0")]
    public void Of_another_recurrent_module_the_refusal_says_what_it_is(string suffixes, int gates, long rows, string problem, string remedy)
    {
        Model model = new(new ModelSpec([new Lstm(2)]), new Shape(2));
        string refused = Refused(model, [.. suffixes.Split(' ').SelectMany(suffix => new[]
        {
            ($"lstm.weight_ih{suffix}", new[] { rows, 2L }, Numbers(gates * 4)), ($"lstm.weight_hh{suffix}", new[] { rows, 2L }, Numbers(gates * 4)),
        })]);
        Assert.Contains(problem, refused, StringComparison.Ordinal);
        Assert.Contains(remedy, refused, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_is_not_finite_and_a_weight_that_lies_across_are_refused()
    {
        Model model = new(new ModelSpec([new Dense(1)]), new Shape(2));
        Assert.Contains("value 1 of 'dense.weight' is NaN", Refused(model, [("dense.weight", [1, 2], [0.5f, float.NaN])]), StringComparison.Ordinal);
        Assert.Contains("Transpose it", Refused(model, [("dense.weight", [2, 1], [0.5f, 1])]), StringComparison.Ordinal);
    }

    private static float[] Numbers(int count) => [.. Enumerable.Range(1, count).Select(i => (float)Math.Sin(i + count))];

    private static float[] Of(Model model, float[] parameters, string name) =>
        parameters.AsSpan(model.Layout[name].Offset, model.Layout[name].Length).ToArray();

    private static AlignedBuffer Aligned(float[] values)
    {
        var buffer = new AlignedBuffer(values.Length);
        values.CopyTo(buffer.Span);
        return buffer;
    }

    private string Refused(Model model, (string, long[], float[])[] tensors, params (string Layer, string Module)[] map) =>
        Assert.Throws<InvalidInputException>(() =>
        WeightFile.Read(Save(tensors), model, map.ToDictionary(one => one.Layer, one => one.Module))).Message;

    private string Save((string Name, long[] Shape, float[] Values)[] tensors)
    {
        string path = _folder.File("weights.safetensors");
        using FileStream stream = File.Create(path);
        SafetensorsFile.Write(stream, tensors.Select(tensor => NamedTensor.Of<float>(tensor.Name, tensor.Values, tensor.Shape)), []);
        return path;
    }
}
