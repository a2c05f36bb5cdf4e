using RnnActors.Core.Layers;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using Xunit;

namespace RnnActors.Interop.Tests.Onnx;

/// <summary>Every layer computes in ONNX Runtime what it computes here.</summary>
public class LayerTests
{
    private const double Tolerance = 1e-5;

    public static IEnumerable<object[]> Cases => LayerCases.All.Keys.SelectMany(name => (object[][])[[name, false], [name, true]]);

    public static TheoryData<string> SixSteps => [.. LayerCases.OfSixSteps.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_layer_gives_the_same_for_random_shapes(string name, bool isRagged)
    {
        NetworkCase network = LayerCases.All[name](isRagged);
        using var session = new OnnxSession(network.Export());
        var random = new Random(name.Length);
        foreach (int batch in new[] { 1, 7, 64 })
        {
            NetworkRows rows = network.Rows(batch, [.. network.Model.Inputs.Select(_ => random.Next(1, 9))], random);
            NetworkCase.AssertSame(network.Ours(rows, null).Outputs, network.Theirs(session, rows, []).Outputs, Tolerance, name);
        }
    }

    [Theory]
    [MemberData(nameof(SixSteps))]
    public void A_layer_of_several_steps_gives_the_same(string name)
    {
        NetworkCase network = LayerCases.OfSixSteps[name]();
        using var session = new OnnxSession(network.Export());
        foreach (int batch in new[] { 1, 7, 64 })
        {
            NetworkRows rows = network.Rows(batch, [6], new Random(batch));
            NetworkCase.AssertSame(network.Ours(rows, null).Outputs, network.Theirs(session, rows, []).Outputs, Tolerance, name);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void States_at_the_ends_of_words_are_the_same(int batch)
    {
        NetworkCase network = LayerCases.OfWords();
        using var session = new OnnxSession(network.Export());
        var random = new Random(batch);
        int[][] words = [.. Enumerable.Range(0, batch).Select(_ => Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(1, 4)).ToArray())];
        int[] wordCounts = [.. words.Select(row => row.Length)], characterCounts = [.. words.Select(row => row.Sum(length => length + 1))];
        int max = wordCounts.Max(), maxCharacters = characterCounts.Max();
        long[] characters = new long[batch * maxCharacters];
        for (int row = 0; row < batch; row++)
        {
            int at = row * maxCharacters;
            foreach (int length in words[row])
            {
                for (int i = 0; i < length; i++) characters[at++] = random.Next(1, 5);
                characters[at++] = 0; // padding is 0 too, which must not count
            }
        }

        var rows = new NetworkRows(batch, [max, maxCharacters], [wordCounts, characterCounts], [new long[batch * max], characters]);
        NetworkCase.AssertSame(network.Ours(rows, null).Outputs, network.Theirs(session, rows, []).Outputs, Tolerance, "words");
    }

    /// <summary>As float32, ONNX Runtime's sigmoids of the last three are 0, and what is divided by their sum is not a number.</summary>
    [Theory]
    [InlineData(-5)]
    [InlineData(-15)]
    [InlineData(-40)]
    [InlineData(-80)]
    [InlineData(-200)]
    public void A_minLSTM_whose_gates_are_both_closed_gives_the_same(float bias)
    {
        NetworkCase network = LayerCases.All["minLstm"](false);
        foreach (var slot in network.Model.Layout.Slots.Where(slot => slot.Name.Contains(".bias_ih", StringComparison.Ordinal)))
            foreach (ref float value in network.Parameters.Span.Slice(slot.Offset, slot.Length * 2 / 3)) value += bias;
        using var session = new OnnxSession(network.Export());
        NetworkRows rows = network.Rows(3, [4], new Random(1));
        NetworkCase.AssertSame(network.Ours(rows, null).Outputs, network.Theirs(session, rows, []).Outputs, Tolerance, "closed gates");
    }

    [Theory]
    [InlineData("rnn tanh")]
    [InlineData("gru")]
    [InlineData("lstm stack")]
    [InlineData("lstm projection")]
    [InlineData("lstm layer norm")]
    [InlineData("minGru")]
    [InlineData("learned state")]
    public void States_are_carried_over_several_calls(string name)
    {
        NetworkCase network = LayerCases.All[name](false);
        using var session = new OnnxSession(network.Export());
        var random = new Random(5);
        foreach (int batch in new[] { 1, 7, 64 })
        {
            float[]? ours = null;
            (string, Array, int[])[] theirs = [];
            for (int call = 0; call < 4; call++)
            {
                NetworkRows rows = network.Rows(batch, [random.Next(1, 6)], random);
                (double[] expected, ours) = network.Ours(rows, ours);
                (double[] actual, var all) = network.Theirs(session, rows, theirs);
                NetworkCase.AssertSame(expected, actual, Tolerance, $"{name}, call {call}");
                theirs = [.. all.Where(output => output.Key.EndsWith('n')).Select(output => (
                    output.Key[..^1] + "0", (Array)output.Value.Values.Select(value => (float)value).ToArray(), output.Value.Shape))];
                Assert.NotEmpty(theirs);
            }
        }
    }

    /// <summary>So that a layer that comes later is exported, or refused with its reason, and tested.</summary>
    [Fact]
    public void Every_kind_of_layer_is_among_the_cases()
    {
        Type[] kinds = [.. typeof(LayerSpec).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(LayerSpec)) && !type.IsAbstract)];
        NetworkCase[] others = [.. LayerCases.OfSixSteps.Values.Select(create => create()), LayerCases.OfWords()];
        var tested = LayerCases.All.Values.Select(create => create(false)).Concat(others)
            .SelectMany(network => network.Model.Spec.Layers).Select(layer => layer.GetType()).ToHashSet();
        Assert.Equal([], kinds.Except(tested).Select(kind => kind.Name));
    }

    [Fact]
    public void A_layer_of_another_program_is_refused_by_its_name() => Assert.Contains(
        "'strange' is of a kind, strange, that ONNX has no operators for",
        Assert.Throws<InvalidInputException>(() => new NetworkCase(false, [new("input", new Shape(3))], new Strange()).Export()).Message,
        StringComparison.Ordinal);

    [SkippableFact]
    public void The_checker_of_onnx_has_seen_every_file() =>
        Skip.IfNot(OnnxChecker.IsInstalled, "There is no onnx for /usr/bin/python3 here: files were run, and not checked.");

    private sealed record Strange : LayerSpec
    {
        public override string Kind => "strange";

        public override Shape Output(Shape input) => input;

        public override Layer CreateLayer(PassSetup setup) => throw new NotSupportedException();
    }
}
