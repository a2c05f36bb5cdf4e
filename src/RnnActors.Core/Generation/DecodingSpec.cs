using RnnActors.Core.Problems;

namespace RnnActors.Core.Generation;

/// <summary>How an encoder–decoder writes a target.</summary>
public sealed record DecodingSpec
{
    /// <summary>The token that the decoder reads first.</summary>
    public required int Begin { get; init; }

    /// <summary>The token that ends a target.</summary>
    public required int End { get; init; }

    /// <summary>The most tokens of a target, the end included.</summary>
    public int MaxLength { get; init; } = 100;

    /// <summary>The most tokens of a source.</summary>
    public int MaxSourceLength { get; init; } = 100;

    /// <summary>W: the beam's width. 1 is greedy: the likeliest token at each step.</summary>
    public int BeamWidth { get; init; } = 1;

    /// <summary>α: hypotheses are ranked by log probability / ((5 + length) / 6)^α, so that short ones do not always win. Wu et al. 2016.</summary>
    public double LengthPenalty { get; init; } = 0.6;

    /// <summary>Whether hypotheses keep the attention weights of each of their tokens.</summary>
    public bool KeepsAttention { get; init; }

    /// <exception cref="InvalidInputException">A value is out of its range.</exception>
    public void Validate(int vocabulary)
    {
        foreach (var (name, token) in new[] { ("begin", Begin), ("end", End) })
        {
            if ((uint)token >= (uint)vocabulary)
                throw new InvalidInputException($"the token that {name}s a target is {token}, but the vocabulary has {vocabulary}",
                    "Give the number of a token");
        }

        if (MaxLength < 1 || MaxSourceLength < 1)
            throw new InvalidInputException("a source and a target must be allowed one token at least", "Give maximal lengths of 1 and more");
        if (BeamWidth < 1) throw new InvalidInputException($"the beam must be at least 1 wide, not {BeamWidth}", "1 takes the likeliest token at each step");
        if (!(LengthPenalty >= 0 && double.IsFinite(LengthPenalty)))
            throw new InvalidInputException($"the length penalty must be 0 or above, not {LengthPenalty}", "0 ranks by probability alone");
    }
}

/// <summary>A target that the decoder wrote.</summary>
/// <param name="Tokens">Without the begin token. The last one is the end token, unless the target was cut at the maximum length.</param>
/// <param name="LogProbability">Of all its tokens together, in nats.</param>
/// <param name="Score">What hypotheses are ranked by: the log probability with the length penalty.</param>
public sealed record Hypothesis(IReadOnlyList<int> Tokens, double LogProbability, double Score)
{
    /// <summary>
    /// For each token, the attention weights over the source's tokens, which sum to 1. Empty where they are not kept or the model has no attention.
    /// </summary>
    public IReadOnlyList<float[]> Attention { get; init; } = [];
}
