namespace RnnActors.Core.Losses;

/// <summary>What training makes small. Always the mean: over all elements of values, over all counted positions of labels.</summary>
public abstract record Loss
{
    /// <summary>The name in specifications: <c>mse</c>, <c>mae</c>, <c>huber</c>, <c>crossEntropy</c>.</summary>
    public abstract string Name { get; }

    /// <summary>True where the targets are class labels, false where they are values.</summary>
    public abstract bool NeedsLabels { get; }
}

/// <summary>(y - t)².</summary>
public sealed record MeanSquaredError : Loss
{
    public override string Name => "mse";

    public override bool NeedsLabels => false;
}

/// <summary>|y - t|.</summary>
public sealed record MeanAbsoluteError : Loss
{
    public override string Name => "mae";

    public override bool NeedsLabels => false;
}

/// <summary>½(y - t)² where |y - t| ≤ δ, else δ(|y - t| - ½δ). Huber 1964; PyTorch's <c>HuberLoss</c>.</summary>
public sealed record Huber(double Delta = 1) : Loss
{
    public override string Name => "huber";

    public override bool NeedsLabels => false;
}

/// <summary>-log softmax(y)[label], in nats.</summary>
/// <param name="IgnoredLabel">Positions with this label count neither in the loss nor in the mean; null where every position counts.</param>
public sealed record SoftmaxCrossEntropy(int? IgnoredLabel = null) : Loss
{
    public override string Name => "crossEntropy";

    public override bool NeedsLabels => true;
}
