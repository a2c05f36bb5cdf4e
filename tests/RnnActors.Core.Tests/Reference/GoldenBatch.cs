using RnnActors.Core.Reference;

namespace RnnActors.Core.Tests.Reference;

/// <summary>The recurrent stack <c>rnn.*</c> and the head of a reference case, computed by the reference and compared with what the file has.</summary>
internal sealed class GoldenBatch
{
    private readonly int[] _lengths;
    private readonly int _steps, _features;
    private readonly Func<string, double[]> _read;
    private readonly Action<string, double[]> _compare;
    private readonly double[][,] _dOutputs;
    private IReadOnlyList<(double[,] Output, double[][][] Final)> _results = [];

    /// <param name="lengths">Of each row, at most <paramref name="steps"/>.</param>
    /// <param name="read">A tensor of the file.</param>
    /// <param name="compare">Fails where values are not those of a tensor of the file.</param>
    public GoldenBatch(
        string cell, int layers, int directions, int[] lengths, int steps, int features, int units,
        Func<string, double[]> read, Action<string, double[]> compare)
    {
        (_lengths, _steps, _features, _read, _compare) = (lengths, steps, features, read, compare);
        Stack = new ReferenceStack(cell, layers, directions, features, units, name => read("param.rnn." + name));
        Head = new ReferenceHead(Arrays.Matrix(read("param.head.weight"), directions * units), read("param.head.bias"));
        _dOutputs = [.. lengths.Select(length => new double[length, directions * units])];
    }

    public ReferenceStack Stack { get; }

    public ReferenceHead Head { get; }

    /// <summary>Of each row, (its length, D·H).</summary>
    public double[][,] Outputs => [.. _results.Select(result => result.Output)];

    public void Forward()
    {
        double[] input = _read("input"), h0 = _read("h0"), c0 = Stack.Kind == "lstm" ? _read("c0") : [];
        double[][] states = c0.Length > 0 ? [h0, c0] : [h0];
        _results = Stack.Forward(
            [.. _lengths.Select((length, row) => Arrays.Sequence(input, _lengths.Length, _features, row, length))],
            [.. _lengths.Select((_, row) => Stack.ZeroStates().Select((zeros, i) => zeros.Select((_, k) => states[k][At(i, row)]).ToArray()).ToArray())]);
    }

    /// <summary>One step's logits have this gradient.</summary>
    public void Feed(int row, int step, double[] dLogits)
    {
        double[] dFeed = Head.Backward(ReferenceMath.Row(Outputs[row], step), dLogits);
        for (int j = 0; j < dFeed.Length; j++) _dOutputs[row][step, j] += dFeed[j];
    }

    /// <summary>The logits of a row that is pooled have this gradient.</summary>
    /// <param name="share">How much of each output is in <paramref name="feed"/>, (T, D·H).</param>
    public void Feed(int row, double[,] share, double[] feed, double[] dLogits)
    {
        double[] dFeed = Head.Backward(feed, dLogits);
        for (int t = 0; t < _lengths[row]; t++)
            for (int j = 0; j < dFeed.Length; j++) _dOutputs[row][t, j] += share[t, j] * dFeed[j];
    }

    public void CompareForward(double loss)
    {
        _compare("output", Arrays.Batch(Outputs, _steps));
        _compare("hn", States([.. _results.Select(result => result.Final)], 0));
        if (Stack.Kind == "lstm") _compare("cn", States([.. _results.Select(result => result.Final)], 1));
        _compare("loss", [loss]);
    }

    public void CompareBackward()
    {
        var gradients = Stack.Backward(_dOutputs, [.. _lengths.Select(_ => Stack.ZeroStates())]);
        foreach ((string name, double[] gradient) in Stack.Gradients) _compare("grad.rnn." + name, gradient);
        _compare("grad.head.weight", Head.WeightGradient);
        _compare("grad.head.bias", Head.BiasGradient);
        _compare("grad.input", Arrays.Batch([.. gradients.Select(row => row.Input)], _steps));
        _compare("grad.h0", States([.. gradients.Select(row => row.Initial)], 0));
        if (Stack.Kind == "lstm") _compare("grad.c0", States([.. gradients.Select(row => row.Initial)], 1));
    }

    /// <summary>The states h (0) or c (1) of all rows as PyTorch lays them out, (L·D, B, H).</summary>
    private double[] States(double[][][][] rows, int state) =>
        [.. Enumerable.Range(0, rows[0].Length).SelectMany(i => rows.SelectMany(row => row[i][state]))];

    /// <summary>Where PyTorch has the state of layer · D + direction <paramref name="i"/> of a row.</summary>
    private Range At(int i, int row) => (((i * _lengths.Length) + row) * Stack.Units)..(((i * _lengths.Length) + row + 1) * Stack.Units);
}
