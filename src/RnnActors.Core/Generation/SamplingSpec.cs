using RnnActors.Core.Problems;

namespace RnnActors.Core.Generation;

/// <summary>How the next token is chosen. Together with the model and the prompt it determines the whole text.</summary>
public sealed record SamplingSpec
{
    /// <summary>Logits are divided by it. Below 1 likely tokens become likelier, above 1 all become more alike; 0 takes the likeliest.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Only this many of the likeliest tokens can be chosen; null for all.</summary>
    public int? TopK { get; init; }

    /// <summary>Nucleus sampling, applied after <see cref="TopK"/>: only the likeliest tokens whose probabilities sum to this can be chosen. Holtzman et al.
    /// 2020.</summary>
    public double TopP { get; init; } = 1;

    public ulong Seed { get; init; } = 1;

    /// <summary>A token that is never chosen, such as that for unknown characters; null for none.</summary>
    public int? Excluded { get; init; }

    /// <exception cref="InvalidInputException">A value is out of its range.</exception>
    public void Validate()
    {
        if (!(Temperature >= 0 && double.IsFinite(Temperature)))
            throw new InvalidInputException($"the temperature must be 0 or above, not {Temperature}",
                "1 is the model's own distribution, 0 takes the likeliest token");
        if (TopK < 1) throw new InvalidInputException($"top-k must be at least 1, not {TopK}", "Leave it out to choose among all tokens");
        if (!(TopP > 0 && TopP <= 1)) throw new InvalidInputException($"top-p must be above 0 and at most 1, not {TopP}", "1 chooses among all tokens");
    }
}
