using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Explanations;

/// <summary>
/// A replica that computes one example many times with changed inputs. A pass has several rows, each the example with its own change. Dropout is off, and
/// recurrent layers begin with zeros.
/// </summary>
internal sealed class ExplainedReplica
{
    /// <summary>The most steps of all rows of a pass together.</summary>
    private const int PositionsAtOnce = 8192;

    private const int MaxRows = 64;

    private readonly Replica _replica;
    private readonly SequenceLayout[] _layouts;
    private readonly IReadOnlyList<ExampleInput> _example;

    public ExplainedReplica(Model model, ReadOnlyMemory<float> parameters, IReadOnlyList<ExampleInput> example, bool isRagged)
    {
        _example = example;
        Capacity = Math.Clamp(PositionsAtOnce / example.Max(input => input.Steps), 1, MaxRows);
        _layouts = [.. example.Select(input => new SequenceLayout(input.Steps, Capacity, isRagged))];
        _replica = new Replica(model, _layouts, training: true, inputGradient: true, isExplained: true);
        _replica.Prepare(parameters);
        List<ExplainedSignal> signals = [];
        for (int i = 0; i < example.Count; i++)
            if (!model.Inputs[i].Shape.IsTokens) signals.Add(new ExplainedSignal(i, _replica.Inputs[i], example[i].Values));
        foreach (var layer in _replica.Layers)
        {
            if (layer is not EmbeddingLayer embedding) continue;
            int input = Enumerable.Range(0, example.Count).First(i => _replica.Inputs[i].SharesValuesWith(embedding.Input));
            embedding.TakesGivenValues = true;
            signals.Add(new ExplainedSignal(input, embedding.Output, embedding.VectorsOf(example[input].Tokens)));
        }

        Signals = signals;
    }

    /// <summary>The most rows of a pass.</summary>
    public int Capacity { get; }

    public IReadOnlyList<ExplainedSignal> Signals { get; }

    public Replica Replica => _replica;

    /// <summary>Writes a row's values of a signal, (T, features).</summary>
    public delegate void Change(int row, int signal, Span<float> values);

    /// <summary>Receives a row's gradient of a signal, (T, features).</summary>
    public delegate void Reading(int row, int signal, ReadOnlySpan<float> gradient);

    /// <summary>The outputs of each row, (steps or 1, width).</summary>
    /// <param name="change">Called with the example's own values, which it may overwrite; null to leave them.</param>
    public float[][] Forward(int rows, Change? change = null)
    {
        foreach (var layout in _layouts) layout.Fill(rows);
        for (int i = 0; i < _example.Count; i++)
        {
            if (_example[i].Tokens.Length == 0) continue;
            for (int t = 0; t < _example[i].Steps; t++) _replica.Inputs[i].Tokens.Slice(_layouts[i].FirstAt(t), rows).Fill(_example[i].Tokens[t]);
        }

        for (int s = 0; s < Signals.Count; s++)
        {
            var signal = Signals[s];
            float[] own = new float[signal.Given.Length];
            for (int row = 0; row < rows; row++)
            {
                signal.Given.CopyTo(own.AsSpan());
                change?.Invoke(row, s, own);
                Scatter(own, signal.Buffer.Values, signal.Features, signal.Buffer.Layout, row);
            }
        }

        _replica.Forward(_replica.Inference(rows, hasState: false), [], []);
        var output = _replica.Output;
        return [.. Enumerable.Range(0, rows).Select(row => Gather(output.Values, output.Features, output.Layout, row))];
    }

    /// <summary>After <see cref="Forward"/>: passes the gradients of each row's scalar with respect to each signal to <paramref name="read"/>.</summary>
    public void Backward(float[][] outputs, OutputScalar scalar, Reading read)
    {
        var output = _replica.Output;
        for (int row = 0; row < outputs.Length; row++)
        {
            float[] gradient = new float[outputs[row].Length];
            scalar.Evaluate(outputs[row], output.Features, gradient);
            Scatter(gradient, output.Gradient, output.Features, output.Layout, row);
        }

        _replica.Backward(_replica.Inference(outputs.Length, hasState: false), []);
        for (int s = 0; s < Signals.Count; s++)
            for (int row = 0; row < outputs.Length; row++) read(row, s, Gather(Signals[s].Buffer.Gradient, Signals[s].Features, Signals[s].Buffer.Layout, row));
    }

    /// <summary>A row's values as (T, width), from memory where its steps do not lie side by side.</summary>
    public static float[] Gather(ReadOnlySpan<float> packed, int width, SequenceLayout layout, int row)
    {
        float[] own = new float[layout.LengthOf(row) * width];
        for (int t = 0; t < layout.LengthOf(row); t++) packed.Slice(layout.PositionOf(t, row) * width, width).CopyTo(own.AsSpan(t * width));
        return own;
    }

    private static void Scatter(ReadOnlySpan<float> own, Span<float> packed, int width, SequenceLayout layout, int row)
    {
        for (int t = 0; t < layout.LengthOf(row); t++) own.Slice(t * width, width).CopyTo(packed.Slice(layout.PositionOf(t, row) * width, width));
    }
}
