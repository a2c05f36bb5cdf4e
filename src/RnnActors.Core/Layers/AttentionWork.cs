using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Products;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Parameters;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Layers;

/// <summary>
/// The computation of attention, step by step in the queries' time: scores, their softmax over a row's own keys, and the weighted mean of the keys. What
/// depends on keys only is computed once a pass. Forward and backward side by side; the attention layer and the decoder both use it.
/// </summary>
internal sealed class AttentionWork
{
    private readonly AttentionScore _score;
    private readonly SignalBuffer _keys;
    private readonly SequenceLayout _queries;
    private readonly int _queryFeatures, _width, _longest;
    private readonly bool _causal;
    private readonly float _scale;
    private readonly ParameterSlot? _keySlot, _querySlot, _biasSlot, _scoreSlot;
    private readonly PackedWeight? _keyWeight, _queryWeight;
    private readonly float[] _bias, _scoreWeight, _scores, _zeros;
    private readonly AlignedBuffer _projectedKeys, _keyGradient, _projectedQueries, _queryGradient, _weights, _scoreGradient, _hidden;

    /// <param name="queries">Where the queries' steps lie in memory.</param>
    /// <param name="keys">(key positions, K): the keys, which are the values too.</param>
    public AttentionWork(PassSetup setup, string prefix, AttentionScore score, bool causal, SequenceLayout queries, int queryFeatures, SignalBuffer keys)
    {
        (_score, _keys, _queries, _queryFeatures, _causal, _longest) = (score, keys, queries, queryFeatures, causal, keys.Layout.MaxSteps);
        ParameterSlot Slot(string name) => setup.Layout[prefix + name];
        if (score == AttentionScore.Additive)
            (_querySlot, _keySlot, _biasSlot, _scoreSlot) = (Slot("query.weight"), Slot("key.weight"), Slot("bias"), Slot("score.weight"));
        if (score == AttentionScore.General) _keySlot = Slot("weight");
        _width = _keySlot?.Rows ?? queryFeatures;
        _scale = score == AttentionScore.ScaledDot ? (float)(1 / Math.Sqrt(keys.Features)) : 1;
        if (_keySlot is not null) _keyWeight = setup.Pack(_keySlot, setup.Training && keys.HasGradient);
        if (_querySlot is not null) _queryWeight = setup.Pack(_querySlot, setup.Training);
        AlignedBuffer Buffer(bool isNeeded, int length) => new(isNeeded ? length : 0);
        bool isAdditive = score == AttentionScore.Additive, trains = setup.Training;
        int keyLength = checked(keys.Layout.MaxPositions * _width), queryLength = checked(queries.MaxPositions * _width);
        _projectedKeys = Buffer(_keySlot is not null, keyLength);
        _keyGradient = Buffer(_keySlot is not null && trains, keyLength);
        _projectedQueries = Buffer(isAdditive, queryLength);
        _queryGradient = Buffer(isAdditive && trains, queryLength);
        _scoreGradient = Buffer(isAdditive && trains, queryLength);
        _weights = new AlignedBuffer(checked(queries.MaxPositions * _longest));
        _hidden = Buffer(isAdditive, _width);
        (_bias, _scoreWeight, _scores, _zeros) = (new float[_width], new float[_width], new float[_longest], new float[_width]);
    }

    /// <summary>Its parameters, in the order of the layout.</summary>
    public ParameterRange Range => _score switch
    {
        AttentionScore.Additive => ParameterRange.Covering(_querySlot!, _keySlot!, _biasSlot!, _scoreSlot!),
        AttentionScore.General => ParameterRange.Covering(_keySlot!),
        _ => default,
    };

    /// <summary>(query positions, the longest row's keys): the attention weights.</summary>
    public AttentionView Weights => new(_weights.Span, _longest);

    public void Prepare(ReadOnlyMemory<float> parameters)
    {
        if (_keySlot is not null) _keyWeight!.Take(_keySlot.Of(parameters));
        if (_querySlot is null) return;
        _queryWeight!.Take(_querySlot.Of(parameters));
        _biasSlot!.Of(parameters.Span).CopyTo(_bias);
        _scoreSlot!.Of(parameters.Span).CopyTo(_scoreWeight);
    }

    /// <summary>Begins a forward pass: computes what depends on keys only.</summary>
    public void BeginForward()
    {
        if (_keyWeight is null) return;
        using var weight = _keyWeight.UseForward();
        MatMul.MultiplyAddBias(_keys.Values, _keys.Features, _keys.Layout.Positions, weight.Matrix, _score == AttentionScore.Additive ? _bias : _zeros,
            _projectedKeys.Span, _width);
    }

    /// <summary>Sets the queries at consecutive positions, before the steps that they belong to.</summary>
    /// <param name="queries">(count, Q), rows <paramref name="stride"/> apart.</param>
    public void TakeQueries(int first, int count, ReadOnlySpan<float> queries, int stride)
    {
        if (_queryWeight is null) return;
        using var weight = _queryWeight.UseForward();
        MatMul.Multiply(queries, stride, count, weight.Matrix, _projectedQueries.Span[(first * _width)..], _width);
    }

    /// <summary>Computes the contexts of a step's rows, whose queries have been set.</summary>
    /// <param name="queries">(rows active, Q), rows <paramref name="stride"/> apart.</param>
    /// <param name="contexts">(rows active, K), rows <paramref name="contextStride"/> apart, overwritten.</param>
    public void Forward(int t, ReadOnlySpan<float> queries, int stride, Span<float> contexts, int contextStride)
    {
        for (int row = 0, i = 0; row < _queries.Rows; row++)
        {
            if (!_queries.IsActive(t, row)) continue;
            int position = _queries.PositionOf(t, row), seen = SeenBy(t, row);
            var query = _score == AttentionScore.Additive ? _projectedQueries.Span.Slice(position * _width, _width) : queries.Slice(i * stride, _queryFeatures);
            Span<float> scores = _scores.AsSpan(0, seen), weights = WeightsAt(position, seen), context = contexts.Slice(i * contextStride, _keys.Features);
            for (int s = 0; s < seen; s++) scores[s] = ScoreOf(query, KeyAt(s, row));
            Softmax.Apply(scores, weights);
            context.Clear();
            for (int s = 0; s < seen; s++) MultiplyAdd.Into(context, weights[s], ValueAt(s, row));
            i++;
        }
    }

    /// <summary>Begins a backward pass.</summary>
    public void BeginBackward()
    {
        _keyGradient.Span.Clear();
        if (_keys.HasGradient) _keys.Gradient[.._keys.Length].Clear();
    }

    /// <summary>Backpropagates the contexts' gradient of a step: adds to the keys' gradient and, where queries are not projected, to the queries'.</summary>
    /// <param name="queries">(rows active, Q), rows <paramref name="stride"/> apart.</param>
    /// <param name="contextGradient">(rows active, K), rows <paramref name="contextStride"/> apart.</param>
    /// <param name="queryGradient">(rows active, Q), rows <paramref name="gradientStride"/> apart, added to. Projected queries get theirs from
    /// <see cref="AddQueryGradient"/>.</param>
    public void Backward(
        int t, ReadOnlySpan<float> queries, int stride, ReadOnlySpan<float> contextGradient, int contextStride, Span<float> queryGradient, int gradientStride)
    {
        bool isAdditive = _score == AttentionScore.Additive;
        for (int row = 0, i = 0; row < _queries.Rows; row++)
        {
            if (!_queries.IsActive(t, row)) continue;
            int position = _queries.PositionOf(t, row), seen = SeenBy(t, row);
            ReadOnlySpan<float> gradient = contextGradient.Slice(i * contextStride, _keys.Features), weights = WeightsAt(position, seen);
            Span<float> slopes = _scores.AsSpan(0, seen);
            for (int s = 0; s < seen; s++)
            {
                slopes[s] = Dot.Of(gradient, ValueAt(s, row));
                if (_keys.HasGradient)
                    MultiplyAdd.Into(_keys.Gradient.Slice(_keys.Layout.PositionOf(s, row) * _keys.Features, _keys.Features), weights[s], gradient);
            }

            float mean = Dot.Of(weights, slopes);
            var query = isAdditive ? _projectedQueries.Span.Slice(position * _width, _width) : queries.Slice(i * stride, _queryFeatures);
            var own = isAdditive ? _queryGradient.Span.Slice(position * _width, _width) : queryGradient.Slice(i * gradientStride, _queryFeatures);
            if (isAdditive)
            {
                own.Clear();
                _scoreGradient.Span.Slice(position * _width, _width).Clear();
            }

            for (int s = 0; s < seen; s++)
            {
                float slope = weights[s] * (slopes[s] - mean) * _scale;
                if (isAdditive) Differentiate(slope, query, row, s, own, _scoreGradient.Span.Slice(position * _width, _width));
                else Differentiate(slope, query, row, s, own);
            }

            i++;
        }
    }

    /// <summary>Adds the gradient of projected queries at consecutive positions; does nothing where they are not projected.</summary>
    /// <param name="gradient">(count, Q), rows <paramref name="stride"/> apart.</param>
    public void AddQueryGradient(int first, int count, Span<float> gradient, int stride)
    {
        if (_queryWeight is null) return;
        using var weight = _queryWeight.UseBackward();
        MatMul.Multiply(_queryGradient.Span[(first * _width)..], _width, count, weight.Matrix, gradient, stride, accumulate: true);
    }

    /// <summary>Ends a backward pass: adds the keys' gradient through their projection.</summary>
    public void EndBackward()
    {
        if (_keyWeight is not { HasBackward: true }) return;
        using var weight = _keyWeight.UseBackward();
        MatMul.Multiply(_keyGradient.Span, _width, _keys.Layout.Positions, weight.Matrix, _keys.Gradient, _keys.Features, accumulate: true);
    }

    /// <summary>The parameters' gradient.</summary>
    /// <param name="queries">(query positions, Q), rows <paramref name="stride"/> apart.</param>
    /// <param name="gradient">The gradient from the first of its parameters on.</param>
    public void SumGradient(SumOrder order, ReadOnlySpan<float> queries, int stride, Span<float> gradient)
    {
        if (_keySlot is null) return;
        int first = Range.First;
        Span<float> Of(Span<float> all, ParameterSlot slot) => all.Slice(slot.Offset - first, slot.Length);
        var keys = LayoutSum.Of(order, _keys.Layout);
        keys.Transposed(
            _keyGradient.Span, _width, _width, keys.Operand(_keys.Values, _keys.Features, _keys.Features, Of(gradient, _keySlot)), default,
            _biasSlot is null ? [] : Of(gradient, _biasSlot));
        if (_querySlot is null) return;
        var positions = LayoutSum.Of(order, _queries);
        positions.Transposed(_queryGradient.Span, _width, _width, positions.Operand(queries, stride, _queryFeatures, Of(gradient, _querySlot)), default, []);
        positions.Transposed(_scoreGradient.Span, _width, _width, default, default, Of(gradient, _scoreSlot!));
    }

    /// <summary>The number of keys that a query attends to: all of its row, or those no later than itself.</summary>
    private int SeenBy(int t, int row) => _causal ? Math.Min(t + 1, _keys.Layout.LengthOf(row)) : _keys.Layout.LengthOf(row);

    private float ScoreOf(ReadOnlySpan<float> query, ReadOnlySpan<float> key)
    {
        if (_score != AttentionScore.Additive) return Dot.Of(query, key) * _scale;
        Activate(query, key);
        return Dot.Of(_scoreWeight, _hidden.Span[.._width]);
    }

    /// <summary>Computes tanh(W q + U k + b).</summary>
    private void Activate(ReadOnlySpan<float> query, ReadOnlySpan<float> key)
    {
        Span<float> hidden = _hidden.Span[.._width];
        query.CopyTo(hidden);
        Add.Into(hidden, key);
        Tanh.Apply(hidden, hidden);
    }

    /// <summary>Backpropagates through v·tanh(…).</summary>
    private void Differentiate(float slope, ReadOnlySpan<float> query, int row, int s, Span<float> queryGradient, Span<float> scoreGradient)
    {
        Activate(query, KeyAt(s, row));
        Span<float> hidden = _hidden.Span[.._width];
        MultiplyAdd.Into(scoreGradient, slope, hidden);

        // slope · v ∘ (1 - tanh²), computed from the stored tanh.
        for (int i = 0; i < hidden.Length; i++) hidden[i] = slope * _scoreWeight[i] * (1 - (hidden[i] * hidden[i]));
        Add.Into(queryGradient, hidden);
        Add.Into(_keyGradient.Span.Slice(_keys.Layout.PositionOf(s, row) * _width, _width), hidden);
    }

    /// <summary>Backpropagates through a dot product.</summary>
    private void Differentiate(float slope, ReadOnlySpan<float> query, int row, int s, Span<float> queryGradient)
    {
        MultiplyAdd.Into(queryGradient, slope, KeyAt(s, row));
        int at = _keys.Layout.PositionOf(s, row) * _width;
        if (_keySlot is not null) MultiplyAdd.Into(_keyGradient.Span.Slice(at, _width), slope, query);
        else if (_keys.HasGradient) MultiplyAdd.Into(_keys.Gradient.Slice(at, _width), slope, query);
    }

    private Span<float> WeightsAt(int position, int seen) => _weights.Span.Slice(position * _longest, seen);

    private ReadOnlySpan<float> ValueAt(int s, int row) => _keys.Values.Slice(_keys.Layout.PositionOf(s, row) * _keys.Features, _keys.Features);

    /// <summary>A key as scores use it: projected, or as it is.</summary>
    private ReadOnlySpan<float> KeyAt(int s, int row) =>
        _keySlot is null ? ValueAt(s, row) : _projectedKeys.Span.Slice(_keys.Layout.PositionOf(s, row) * _width, _width);
}
