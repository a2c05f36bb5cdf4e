using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Parameters;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Tests.Golden;

/// <summary>One reference case of a task in our layers: forward, loss, backward, gradients and steps of Adam, as training does them.</summary>
internal sealed class TaskRun
{
    private readonly GoldenTask _task;
    private readonly PassContext _context;
    private readonly float[] _initialState;

    /// <param name="names">Of the inputs.</param>
    /// <param name="batch">All rows of the case.</param>
    /// <param name="initialState">(rows, state width), or nothing.</param>
    public TaskRun(GoldenTask task, IReadOnlyList<LayerSpec> layers, Batch batch, string[] names, Objective objective,
        Func<Model, float[]>? initialState = null)
    {
        (_task, Batch, Objective) = (task, batch, objective);
        Model = new Model(new ModelSpec(layers), [.. batch.AllInputs.Select((input, i) => new NamedSignal(names[i], input.Shape))]);
        Parameters = new AlignedBuffer(Model.Layout.Length);
        Gradients = new GradientBuffer(Model.Layout.Length);
        foreach (string name in task.ParameterNames)
            foreach (var (slot, columns) in PlacesOf(name))
                CopyColumns(task.Floats("param." + name), task.Shape("param." + name), columns, slot.Of(Parameters.Span), slot);
        Replica = new Replica(Model, [.. batch.AllInputs.Select(Like)], training: true, inputGradient: true);
        _initialState = initialState?.Invoke(Model) ?? [];
        FinalState = new float[batch.Rows * Model.StateWidth];
        InitialStateGradient = new float[_initialState.Length];
        _context = new PassContext(batch.Rows, 0, true, 0, 0, _initialState.Length > 0, Model.StateWidth);
    }

    public Model Model { get; }

    public Replica Replica { get; }

    public Batch Batch { get; }

    public Objective Objective { get; }

    public AlignedBuffer Parameters { get; }

    public GradientBuffer Gradients { get; }

    public float[] FinalState { get; }

    public float[] InitialStateGradient { get; }

    /// <summary>A forward and a backward pass; gives the loss.</summary>
    public double Step()
    {
        Replica.Prepare(Parameters.Memory);
        Replica.Load(Batch);
        Replica.Forward(_context, _initialState, FinalState);
        ShardRows all = new(0, Batch.Rows);
        double count = Objective.CountsByLabel ? Objective.CountOf(Batch.Labels) : Objective.CountOf(Batch.Rows, Batch.TargetLayout.Positions, Batch.Target);
        double denominator = Objective.Denominator(count);
        var loss = Objective.Evaluate(Replica.RowsFor(Batch, all), 1f / (float)denominator, Replica.Output.Gradient[..Replica.Output.Length]);
        Replica.Backward(_context, InitialStateGradient);
        for (int i = Replica.Layers.Length - 1; i >= 0; i--)
        {
            var pass = Replica.Layers[i];
            if (pass.Range.Length > 0) pass.SumGradient(_context, SumOrder.Of(all), Gradients, new float[pass.OpenSumLength]);
        }

        return loss.Sum / denominator;
    }

    public void CompareGradients()
    {
        foreach (string name in _task.ParameterNames)
        {
            int[] shape = _task.Shape("param." + name);
            float[] actual = new float[shape.Aggregate(1, (a, b) => a * b)];
            foreach (var (slot, columns) in PlacesOf(name)) CopyBack(slot.Of(Gradients.Span), slot, actual, shape, columns);
            _task.Compare("grad." + name, actual);
        }
    }

    /// <summary>The losses of five steps of Adam, each before its step.</summary>
    public void CompareAdam()
    {
        float[] expected = _task.Floats("adam5.losses");
        var adam = new Adam(0.01);
        float[] mean = new float[Parameters.Length], square = new float[Parameters.Length];
        for (int step = 0; step < expected.Length; step++)
        {
            TensorAssert.Near($"{_task}, loss before step {step}", [expected[step]], [Step()], null, 1e-4);
            adam.Update(Parameters.Span, Gradients.Span, mean, square, new UpdateStep(step + 1, 0.01f));
        }
    }

    /// <summary>A signal as (T, rows, features), with zeros past each row's length.</summary>
    public static float[] Padded(ReadOnlySpan<float> values, SequenceLayout layout, int features, int steps)
    {
        float[] padded = new float[steps * layout.Rows * features];
        for (int row = 0; row < layout.Rows; row++)
        {
            for (int t = 0; t < layout.LengthOf(row); t++)
                values.Slice(layout.PositionOf(t, row) * features, features).CopyTo(padded.AsSpan(((t * layout.Rows) + row) * features));
        }

        return padded;
    }

    /// <summary>The other way: from (T, rows, ·) to the positions of a layout.</summary>
    public static void Pack<T>(ReadOnlySpan<T> padded, SequenceLayout layout, int features, Span<T> values)
    {
        for (int row = 0; row < layout.Rows; row++)
        {
            for (int t = 0; t < layout.LengthOf(row); t++)
                padded.Slice(((t * layout.Rows) + row) * features, features).CopyTo(values[(layout.PositionOf(t, row) * features)..]);
        }
    }

    private static SequenceLayout Like(BatchInput input) => new(input.Layout.MaxSteps, input.Layout.Capacity, input.Layout.IsRagged);

    /// <summary>Where a reference parameter lies here: one slot, or two that share its columns.</summary>
    private IEnumerable<(ParameterSlot Slot, Range Columns)> PlacesOf(string name)
    {
        ParameterSlot? Find(string slot) => Model.Layout.Slots.FirstOrDefault(one => one.Name == slot);
        if (Find("decoder.weight_fed") is { } fed)
        {
            if (name == "decoder.weight_ih")
            {
                var own = Find(name)!;
                return [(own, ..own.Columns), (fed, own.Columns..)];
            }

            if (name.StartsWith("attention.", StringComparison.Ordinal) || name.StartsWith("combine.", StringComparison.Ordinal)) name = "decoder." + name;
        }

        if (name.StartsWith("state.", StringComparison.Ordinal)) name = name["state.".Length..] + ".weight";
        int dot = name.LastIndexOf('.');
        var found = Find(name) ?? Find(name + "_l0") ?? Find($"{name[..dot]}_l0{name[dot..]}")
            ?? throw new KeyNotFoundException($"There is no parameter {name}.");
        return [(found, ..)];
    }

    private static void CopyColumns(float[] from, int[] shape, Range columns, Span<float> to, ParameterSlot slot)
    {
        if (slot.Columns == 0)
        {
            from.CopyTo(to);
            return;
        }

        var (first, count) = columns.GetOffsetAndLength(shape[1]);
        for (int row = 0; row < shape[0]; row++) from.AsSpan((row * shape[1]) + first, count).CopyTo(to[(row * count)..]);
    }

    private static void CopyBack(ReadOnlySpan<float> from, ParameterSlot slot, float[] to, int[] shape, Range columns)
    {
        if (slot.Columns == 0)
        {
            from.CopyTo(to);
            return;
        }

        var (first, count) = columns.GetOffsetAndLength(shape[1]);
        for (int row = 0; row < shape[0]; row++) from.Slice(row * count, count).CopyTo(to.AsSpan((row * shape[1]) + first));
    }
}
