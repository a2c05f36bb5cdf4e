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

    /// <summary>W: hypotheses that are followed at once; 1 takes the likeliest token at each step.</summary>
    public int BeamWidth { get; init; } = 1;

    /// <summary>α: hypotheses are ranked by log probability / ((5 + length) / 6)^α, so that short ones do not always win. Wu et al. 2016.</summary>
    public double LengthPenalty { get; init; } = 0.6;

    /// <summary>Whether hypotheses keep how much each of their tokens looked at each of the source's.</summary>
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

/// <summary>A target that a decoder wrote.</summary>
/// <param name="Tokens">Without the token that it began with; the last one is the end, unless the target was cut at the most tokens.</param>
/// <param name="LogProbability">Of all its tokens, in nats.</param>
/// <param name="Score">By which hypotheses are ranked: the log probability with its length penalty.</param>
public sealed record Hypothesis(IReadOnlyList<int> Tokens, double LogProbability, double Score)
{
    /// <summary>For each token, the weights of the source's tokens, which add up to 1; nothing where they are not kept or the model has no attention.</summary>
    public IReadOnlyList<float[]> Attention { get; init; } = [];
}
