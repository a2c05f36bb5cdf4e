using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Sequences;
using RnnActors.Data.Tasks.Exports;
using RnnActors.Interop.Onnx;
using RnnActors.Interop.Onnx.Files;
using Xunit;

namespace RnnActors.Interop.Tests.Onnx;

/// <summary>A network with random parameters, computed by us and by ONNX Runtime.</summary>
internal sealed class NetworkCase
{
    private readonly bool _isRagged;

    public NetworkCase(bool isRagged, IReadOnlyList<NamedSignal> inputs, params LayerSpec[] layers)
    {
        _isRagged = isRagged;
        Model = new Model(new ModelSpec(layers), inputs);
        Parameters = Model.CreateParameters(7);
        var random = new Random(layers.Length);
        foreach (var slot in Model.Layout.Slots)
            foreach (ref float value in Parameters.Span.Slice(slot.Offset, slot.Length)) value = (float)((random.NextDouble() - 0.5) * 0.8);
    }

    /// <summary>A network that is there already.</summary>
    public NetworkCase(Model model, AlignedBuffer parameters, bool isRagged) => (Model, Parameters, _isRagged) = (model, parameters, isRagged);

    public Model Model { get; }

    public AlignedBuffer Parameters { get; }

    public OnnxFile Export() => OnnxExport.Create(new ExportedModel(
        Model, Parameters.Memory, new RowsExport([.. Model.Inputs.Select(input => new ExportedInput(input.Name, _isRagged))], ExportedAnswer.Values, []),
        new MeanSquaredError(), new Dictionary<string, string>()))[0];

    /// <summary>Random rows.</summary>
    /// <param name="steps">Of the longest row of each input.</param>
    public NetworkRows Rows(int batch, int[] steps, Random random)
    {
        int[][] lengths = [.. steps.Select(max => Enumerable.Range(0, batch).Select(row => _isRagged && row > 0 ? random.Next(1, max + 1) : max).ToArray())];
        Array[] values = [.. Model.Inputs.Select((input, i) => (Array)(input.Shape.IsTokens
            ? Enumerable.Range(0, batch * steps[i]).Select(_ => (long)random.Next(input.Shape.Vocabulary)).ToArray()
            : Enumerable.Range(0, batch * steps[i] * input.Shape.Features).Select(_ => (float)((random.NextDouble() * 2) - 1)).ToArray()))];
        return new NetworkRows(batch, steps, lengths, values);
    }

    /// <summary>Our outputs at all steps that are there, in order of rows and steps, and our states.</summary>
    public (double[] Outputs, float[] States) Ours(NetworkRows rows, float[]? states)
    {
        SequenceLayout[] layouts = [.. rows.Steps.Select(steps => new SequenceLayout(steps, rows.Batch, _isRagged))];
        var replica = new Replica(Model, layouts, training: false);
        replica.Prepare(Parameters.Memory);
        for (int i = 0; i < layouts.Length; i++)
        {
            layouts[i].Fill(rows.Lengths[i]);
            SignalBuffer input = replica.Inputs[i];
            for (int row = 0; row < rows.Batch; row++)
            {
                for (int t = 0; t < rows.Lengths[i][row]; t++)
                {
                    int to = layouts[i].PositionOf(t, row), from = (row * rows.Steps[i]) + t;
                    if (input.Shape.IsTokens) input.Tokens[to] = (int)((long[])rows.Values[i])[from];
                    else ((float[])rows.Values[i]).AsSpan(from * input.Features, input.Features).CopyTo(input.Values[(to * input.Features)..]);
                }
            }
        }

        float[] final = new float[Math.Max(1, rows.Batch * Model.StateWidth)];
        replica.Forward(replica.Inference(rows.Batch, states is not null), states ?? [], final);
        List<double> outputs = [];
        SignalBuffer output = replica.Output;
        for (int row = 0; row < rows.Batch; row++)
            for (int t = 0; t < output.Layout.LengthOf(row); t++)
                foreach (float value in output.Values.Slice(output.Layout.PositionOf(t, row) * output.Features, output.Features)) outputs.Add(value);
        return ([.. outputs], final);
    }

    /// <summary>ONNX Runtime's outputs in the same order, and what it gives beside them.</summary>
    public (double[] Outputs, Dictionary<string, (double[] Values, int[] Shape)> All) Theirs(OnnxSession session, NetworkRows rows,
        (string Name, Array Values, int[] Shape)[] states)
    {
        List<(string, Array, int[])> inputs = [.. states];
        for (int i = 0; i < rows.Values.Length; i++)
        {
            NamedSignal input = Model.Inputs[i];
            inputs.Add((input.Name, rows.Values[i], input.Shape.IsTokens ? [rows.Batch, rows.Steps[i]] : [rows.Batch, rows.Steps[i], input.Shape.Features]));
            string lengths = Model.Inputs.Count == 1 ? "lengths" : $"{input.Name}_lengths";
            if (_isRagged) inputs.Add((lengths, rows.Lengths[i].Select(length => (long)length).ToArray(), [rows.Batch]));
        }

        var all = session.Run([.. inputs]);
        (double[] values, int[] shape) = all["output"];
        if (!Model.Output.IsSequence) return (values, all);
        int width = Model.Output.Features, steps = shape[1];
        List<double> outputs = [];
        for (int row = 0; row < rows.Batch; row++)
        {
            int length = Model.Output.Axis.StepsOf(rows.Lengths[Model.Output.Axis.Input][row]);
            outputs.AddRange(values.Skip(row * steps * width).Take(length * width));
        }

        return ([.. outputs], all);
    }

    public static void AssertSame(double[] expected, double[] actual, double tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i])),
                $"{what}: value {i} is {actual[i]}, and ours {expected[i]}");
    }
}

/// <summary>Rows of a network's inputs, padded.</summary>
/// <param name="Steps">Of each input's longest row.</param>
internal sealed record NetworkRows(int Batch, int[] Steps, int[][] Lengths, Array[] Values);
