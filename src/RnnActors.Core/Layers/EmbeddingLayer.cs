using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.RandomNumbers;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Parameters;

namespace RnnActors.Core.Layers;

/// <summary>Looks up a row of the weight for each token.</summary>
internal sealed class EmbeddingLayer : Layer
{
    private const int Empty = -1;

    private readonly SignalBuffer _input;
    private readonly ParameterSlot _slot;
    private readonly int _units;
    private readonly TokenPositions? _positions;
    private readonly TokenLookup _lookup;
    private readonly double _dropout;
    private readonly int _id;

    /// <summary>(V): the factor on each token's vector in this step; empty without dropout.</summary>
    private readonly float[] _kept;
    private ITiedWeight? _tied;

    public EmbeddingLayer(Embedding spec, PassSetup setup)
    {
        _input = setup.Input;
        (_units, _dropout, _id) = (spec.Units, spec.Dropout, setup.Id * PassIds.PerLayer);
        _slot = setup.Layout[setup.Prefix + "weight"];

        // Summing gradients per token first pays where the shards of a whole batch have at least two positions per token of the vocabulary.
        _kept = new float[setup.Training && _dropout > 0 ? _slot.Rows : 0];
        bool looksUp = setup.HasOneReader && !setup.IsExplained && _kept.Length == 0;
        bool sumsTokens = setup.Training && looksUp && 2L * _slot.Rows <= (long)_input.Layout.MaxSteps * setup.ShardRows;
        _lookup = new TokenLookup(_input, _slot.Rows, _units, sumsTokens ? setup.Capacity : 0);
        Output = new SignalBuffer(_input.Layout, spec.Output(_input.Shape), setup.Training) { Lookup = looksUp ? _lookup : null };
        if (setup.Training) _positions = new TokenPositions(_slot.Rows, _input.Tokens.Length);
    }

    public override SignalBuffer Output { get; }

    public override ParameterRange Range => ParameterRange.Covering(_slot);

    /// <summary>One row of the weight, since sums are added row by row; the whole weight where it is tied.</summary>
    public override int OpenSumLength => _tied is null ? _units : _slot.Length;

    /// <summary>Whether the values already in <see cref="Output"/> are used in place of the tokens' vectors. Explanations try other vectors this way.</summary>
    public bool TakesGivenValues { get; set; }

    /// <summary>The tokens that it reads.</summary>
    public SignalBuffer Input => _input;

    /// <summary>The vectors of some tokens, (count, units).</summary>
    public float[] VectorsOf(ReadOnlySpan<int> tokens)
    {
        float[] vectors = new float[tokens.Length * _units];
        _lookup.CopyTo(tokens, vectors);
        return vectors;
    }

    /// <summary>Ties the weight to another layer's: the gradients of both uses are summed, shard by shard.</summary>
    public void Tie(ITiedWeight other) => _tied = other;

    public override void Prepare(ReadOnlyMemory<float> parameters) => _lookup.Vectors = _slot.Of(parameters);

    public override void Forward(in PassContext context, ReadOnlySpan<float> initialState, Span<float> finalState)
    {
        if (_lookup.SkipsValues || TakesGivenValues) return;
        ReadOnlySpan<int> tokens = _input.Tokens[.._input.Layout.Positions];
        _lookup.CopyTo(tokens, Output.Values);
        if (!Drops(context)) return;
        DropoutMask.Fill(_kept, _dropout, PhiloxKey.Of(context.Seed, RandomPurpose.Dropout, context.Step, _id), row: 0, time: 0);
        for (int i = 0; i < tokens.Length; i++) Scale(Output.Values.Slice(i * _units, _units), _kept[tokens[i]]);
    }

    public override void Backward(in PassContext context, Span<float> initialStateGradient)
    {
        // The input is tokens, which have no gradient.
    }

    public override void SumGradient(in PassContext context, SumOrder order, Span<float> gradient, Span<float> open)
    {
        if (_tied is not null)
        {
            SumTied(context, order, gradient, open);
            return;
        }

        if (!order.AddsToTarget) gradient.Clear();
        SumRows(context, order, gradient, open);
    }

    /// <summary>Clears the buffer where it is not zero yet, and marks the rows that are written.</summary>
    public override void SumGradient(in PassContext context, SumOrder order, GradientBuffer gradient, Span<float> open)
    {
        if (_tied is not null)
        {
            SumTied(context, order, gradient.Span.Slice(Range.First, Range.Length), open);
            gradient.Mark(Range.First, Range.Length);
            return;
        }

        if (!order.AddsToTarget) gradient.Clear(Range.First, Range.Length);
        SumRows(context, order, gradient.Span.Slice(Range.First, Range.Length), open);
        foreach (int token in _positions!.Touched) gradient.Mark(Range.First + (token * _units), _units);
    }

    /// <summary>Computes each shard's whole gradient, of both uses, and sums the shards in the tree.</summary>
    private void SumTied(in PassContext context, SumOrder order, Span<float> gradient, Span<float> open)
    {
        int length = _slot.Length, sums = 0;
        Span<float> Sum(int number, Span<float> first, Span<float> others) => number == 0 ? first : others.Slice((number - 1) * length, length);
        Span<float> first = order.AddsToTarget ? open[^length..] : gradient[..length];
        for (int leaf = 0; leaf < order.Leaves.Length; leaf++)
        {
            Span<float> own = Sum(sums++, first, open);
            own.Clear();
            SumRows(context, SumOrder.Of(order.Leaves[leaf]), own, []);
            _tied!.AddGradient(order.Leaves[leaf], own);
            for (int merge = 0; merge < order.Merges[leaf]; merge++, sums--) Add.Into(Sum(sums - 2, first, open), Sum(sums - 1, first, open));
        }

        if (order.AddsToTarget) Add.Into(gradient[..length], first);
    }

    /// <summary>
    /// Sums only the rows of tokens that occur, each through the tree by itself. A shard without the token would add +0, which changes no bit: sums begin at
    /// +0, so none is ever -0.
    /// </summary>
    private void SumRows(in PassContext context, SumOrder order, Span<float> gradient, Span<float> open)
    {
        _positions!.Fill(_input.Tokens, _input.Layout.IndexOf(order.Leaves, out var runs), runs);
        foreach (int token in _positions.Touched)
        {
            Span<float> row = gradient.Slice(token * _units, _units), sum = order.AddsToTarget ? open[^_units..] : row;
            SumRow(token, order, sum, open, Drops(context) ? _kept[token] : 1);
            if (order.AddsToTarget) Add.Into(row, sum);
        }
    }

    /// <param name="row">(units): memory of the first open sum; the others are in <paramref name="open"/>.</param>
    /// <param name="kept">The factor on the token's vector.</param>
    private void SumRow(int token, SumOrder order, Span<float> row, Span<float> open, float kept)
    {
        // Maps the stack of open sums to memory. Sums of shards without the token take none, so the newest sum with memory is always the last one used.
        ReadOnlySpan<float> outputGradient = Output.Gradient;
        Span<int> places = stackalloc int[order.MaxOpen];
        int sums = 0, used = 0, at = _positions!.First(token);
        for (int leaf = 0; leaf < order.Leaves.Length; leaf++)
        {
            places[sums] = Empty;
            if (_positions.IsIn(at, leaf))
            {
                places[sums] = used;
                Span<float> sum = Place(used++, row, open);
                sum.Clear();
                if (_lookup.HasShardGradients) Add.Into(sum, _lookup.ShardTokensOf(order.Leaves).GradientOf(leaf, token));
                for (; _positions.IsIn(at, leaf); at = _positions.Next(at))
                    if (!_lookup.HasShardGradients) Add.Into(sum, outputGradient.Slice(at * _units, _units));
                Scale(sum, kept);
            }

            sums++;
            for (int merge = 0; merge < order.Merges[leaf]; merge++)
            {
                int right = places[--sums];
                if (right == Empty) continue;
                if (places[sums - 1] == Empty)
                {
                    places[sums - 1] = right;
                    continue;
                }

                Add.Into(Place(places[sums - 1], row, open), Place(right, row, open));
                used--;
            }
        }
    }

    private bool Drops(in PassContext context) => context.Training && _kept.Length > 0;

    /// <summary>Scales a shard's sum before it is added to others, since scaling rounds. A dropped token gives +0, like a missing one.</summary>
    private static void Scale(Span<float> values, float kept)
    {
        if (kept == 1) return;
        if (kept == 0) values.Clear();
        else
            for (int i = 0; i < values.Length; i++) values[i] *= kept;
    }

    private Span<float> Place(int place, Span<float> row, Span<float> open) => place == 0 ? row : open.Slice((place - 1) * _units, _units);
}
