using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Parameters;
using RnnActors.Core.Sequences;
using Xunit;

namespace RnnActors.Core.Tests.Golden;

/// <summary>Our layers against PyTorch's on the reference cases: outputs, losses, every gradient, and five steps of Adam.</summary>
public class GoldenTests
{
    public static TheoryData<string> Cases => GoldenCase.All;

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Outputs_and_states_are_PyTorchs(string name)
    {
        var run = new GoldenRun(Read(name));
        run.Forward();
        run.Compare("output", run.RecurrentOutput);
        run.Compare("logits", run.Logits);
        run.Compare("hn", run.StatePart(run.FinalState, cell: false));
        if (run.Case.Cell == "lstm") run.Compare("cn", run.StatePart(run.FinalState, cell: true));
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void The_loss_and_all_gradients_are_PyTorchs(string name)
    {
        var run = new GoldenRun(Read(name));
        run.Forward();
        double loss = run.Loss();
        run.Compare("loss", [(float)loss]);
        run.Backward();
        foreach (string parameter in run.Case.ParameterNames) run.Compare("grad." + parameter, run.Gradient(parameter));
        run.Compare("grad.input", run.InputGradient);
        run.Compare("grad.h0", run.StatePart(run.InitialStateGradient, cell: false));
        if (run.Case.Cell == "lstm") run.Compare("grad.c0", run.StatePart(run.InitialStateGradient, cell: true));
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Five_steps_of_Adam_lose_what_PyTorch_loses(string name)
    {
        var run = new GoldenRun(Read(name));
        float[] expected = run.Case.Floats("adam5.losses");
        var adam = new Adam(0.01);
        var first = new AlignedBuffer(run.Parameters.Length);
        var second = new AlignedBuffer(run.Parameters.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            run.Forward();
            double loss = run.Loss();
            Assert.True(Math.Abs(loss - expected[i]) <= 1e-4 * Math.Abs(expected[i]) + 1e-7, $"step {i}: {loss} is not {expected[i]}");
            run.Backward();
            adam.Update(run.Parameters.Span, run.Gradients.Span, first.Span, second.Span, new UpdateStep(i + 1, 0.01f));
        }
    }

    private static GoldenCase Read(string name)
    {
        return GoldenCase.Read(name);
    }
}

/// <summary>One reference case in our layers: the stack with every step, then a dense layer.</summary>
internal sealed class GoldenRun
{
    private readonly Replica _replica;
    private readonly PassContext _context;
    private readonly float[] _initialState;
    private readonly Objective _loss;

    public GoldenRun(GoldenCase @case)
    {
        Case = @case;
        Recurrent stack = @case.Cell switch
        {
            "lstm" => new Lstm(@case.Hidden),
            "gru" => new Gru(@case.Hidden),
            "rnn_tanh" => new SimpleRnn(@case.Hidden),
            "rnn_relu" => new SimpleRnn(@case.Hidden) { Activation = ActivationFunction.Relu },
            _ => throw new NotSupportedException(@case.Cell),
        };
        stack = stack with { Layers = @case.Layers, Bidirectional = @case.Bidirectional, ReturnSequences = true };
        var model = new Model(new ModelSpec([stack, new Dense(@case.Outputs)]), new Shape(@case.Inputs));
        _loss = @case.Loss == "ctc" ? new Ctc() : @case.Loss.StartsWith("ce", StringComparison.Ordinal) ? new SoftmaxCrossEntropy() : new MeanSquaredError();
        Parameters = new AlignedBuffer(model.Layout.Length);
        Gradients = new GradientBuffer(model.Layout.Length);
        foreach (string name in @case.ParameterNames) @case.Floats("param." + name).CopyTo(Slot(model, name).Of(Parameters.Span));
        _replica = new Replica(model, @case.Steps, @case.Batch, training: true, inputGradient: true);
        _context = new PassContext(@case.Batch, 0, true, 0, 0, @case.HasInitialState, model.StateWidth);
        _initialState = new float[@case.Batch * model.StateWidth];
        FinalState = new float[_initialState.Length];
        InitialStateGradient = new float[_initialState.Length];
        ForEachState((layer, row, at) =>
        {
            int from = ((layer * @case.Batch) + row) * @case.Hidden;
            @case.Floats("h0").AsSpan(from, @case.Hidden).CopyTo(_initialState.AsSpan(at));
            if (@case.Cell == "lstm") @case.Floats("c0").AsSpan(from, @case.Hidden).CopyTo(_initialState.AsSpan(at + @case.Hidden));
        });
    }

    public GoldenCase Case { get; }

    public AlignedBuffer Parameters { get; }

    public GradientBuffer Gradients { get; }

    public float[] FinalState { get; }

    public float[] InitialStateGradient { get; }

    public float[] RecurrentOutput => _replica.Layers[0].Output.Values.ToArray();

    public float[] InputGradient => _replica.Input.Gradient.ToArray();

    /// <summary>Of every step, or of the last where the loss reads it alone.</summary>
    public float[] Logits => _replica.Output.Values[LossFrom..].ToArray();

    private int LossFrom => Case.IsEveryStep ? 0 : (Case.Steps - 1) * Case.Batch * Case.Outputs;

    public void Forward()
    {
        _replica.Prepare(Parameters.Memory);
        Case.Floats("input").CopyTo(_replica.Input.Values);
        _replica.Forward(_context, _initialState, FinalState);
    }

    public double Loss()
    {
        Span<float> gradient = _replica.Output.Gradient;
        float[] logits = Logits;
        gradient.Clear();
        int steps = Case.IsEveryStep ? Case.Steps : 1;
        int[] labels = _loss.NeedsLabels ? [.. Case.Integers("target").Select(label => (int)label)] : [];
        float[] targets = _loss.NeedsLabels ? [] : Case.Floats("target");
        var layout = new SequenceLayout(steps, Case.Batch);
        if (_loss is Ctc) return AlignedLoss(logits, labels);
        float scale = 1f / (float)_loss.CountOf(Case.Batch, layout.Positions, new TargetShape(Case.Outputs, true, _loss.NeedsLabels));
        return _loss.Evaluate(
            new ObjectiveRows(logits, Case.Outputs, layout, targets, labels, Case.Outputs, layout, new ShardRows(0, Case.Batch)), scale,
            gradient[LossFrom..]).Mean;
    }

    /// <summary>CTC over each row's own steps and labels, of which the network computed more.</summary>
    private double AlignedLoss(float[] logits, int[] labels)
    {
        int width = Case.Outputs, longest = labels.Length / Case.Batch;
        SequenceLayout layout = new(Case.Steps, Case.Batch, isRagged: true), targetLayout = new(longest, Case.Batch, isRagged: true);
        layout.Fill([.. Case.Integers("input_lengths").Select(length => (int)length)]);
        targetLayout.Fill([.. Case.Integers("target_lengths").Select(length => (int)length)]);
        float[] outputs = new float[layout.Positions * width], gradient = new float[outputs.Length];
        int[] targets = new int[targetLayout.Positions];
        for (int row = 0; row < Case.Batch; row++)
        {
            for (int t = 0; t < layout.LengthOf(row); t++)
                logits.AsSpan(((t * Case.Batch) + row) * width, width).CopyTo(outputs.AsSpan(layout.PositionOf(t, row) * width));
            for (int i = 0; i < targetLayout.LengthOf(row); i++) targets[targetLayout.PositionOf(i, row)] = labels[(row * longest) + i];
        }

        double loss = _loss.Evaluate(
            new ObjectiveRows(outputs, width, layout, [], targets, width, targetLayout, new ShardRows(0, Case.Batch)), 1f / Case.Batch, gradient).Mean;
        for (int row = 0; row < Case.Batch; row++)
            for (int t = 0; t < layout.LengthOf(row); t++)
                gradient.AsSpan(layout.PositionOf(t, row) * width, width).CopyTo(_replica.Output.Gradient[(((t * Case.Batch) + row) * width)..]);
        return loss;
    }

    public void Backward()
    {
        _replica.Backward(_context, InitialStateGradient);
        _replica.ComputeGradient(_context, new ShardRows(0, Case.Batch), Gradients.Span);
    }

    public float[] Gradient(string name) => Slot(_replica.Model, name).Of(Gradients.Span).ToArray();

    /// <summary>From our (rows, state) to PyTorch's (layers · directions, rows, H).</summary>
    public float[] StatePart(float[] state, bool cell)
    {
        var part = new float[Case.Layers * Case.Directions * Case.Batch * Case.Hidden];
        ForEachState((layer, row, at) =>
            state.AsSpan(at + (cell ? Case.Hidden : 0), Case.Hidden).CopyTo(part.AsSpan(((layer * Case.Batch) + row) * Case.Hidden)));
        return part;
    }

    public void Compare(string tensor, float[] actual)
    {
        float[] expected = Case.Floats(tensor);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(
                Math.Abs(actual[i] - expected[i]) <= 1e-5 + (1e-4 * Math.Abs(expected[i])),
                $"{Case.Name}, {tensor}[{i}]: {actual[i]:R} is not {expected[i]:R}");
        }
    }

    private static ParameterSlot Slot(Model model, string name) =>
        model.Layout[name.Replace("rnn.", model.NameOf(0) + ".", StringComparison.Ordinal).Replace("head.", "dense.", StringComparison.Ordinal)];

    private void ForEachState(Action<int, int, int> visit)
    {
        int width = Case.Hidden * (Case.Cell == "lstm" ? 2 : 1), layers = Case.Layers * Case.Directions;
        for (int layer = 0; layer < layers; layer++)
            for (int row = 0; row < Case.Batch; row++) visit(layer, row, ((row * layers) + layer) * width);
    }
}
