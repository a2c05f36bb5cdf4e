using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.RandomNumbers;
using RnnActors.Core.Problems;

namespace RnnActors.Core.Generation;

/// <summary>
/// Draws tokens from logits. Random numbers are counter-based and exponentials portable, so the same logits give the same tokens on every machine. Nothing
/// is allocated after construction.
/// </summary>
/// <remarks>Where logits are equal, the lower token counts as the likelier.</remarks>
public sealed class TokenSampler
{
    private readonly SamplingSpec _spec;
    private readonly float[] _logits;
    private readonly float[] _probabilities;
    private readonly int[] _byLikelihood;
    private readonly Comparison<int> _likelierFirst;
    private RandomSequence _random;

    /// <param name="vocabulary">V: tokens lie in [0, V).</param>
    /// <exception cref="InvalidInputException">A value of <paramref name="spec"/> is out of its range.</exception>
    public TokenSampler(SamplingSpec spec, int vocabulary)
    {
        spec.Validate();
        if (vocabulary < (spec.Excluded is null ? 1 : 2)) throw new InvalidInputException("there is no token to choose");
        _spec = spec;
        _logits = new float[vocabulary];
        _probabilities = new float[vocabulary];
        _byLikelihood = new int[vocabulary];
        _likelierFirst = (a, b) => _logits[a] == _logits[b] ? a.CompareTo(b) : _logits[b].CompareTo(_logits[a]);
        _random = new RandomSequence(PhiloxKey.Of(spec.Seed, RandomPurpose.Sampling));
    }

    /// <summary>The next token.</summary>
    /// <param name="logits">(V).</param>
    /// <exception cref="InvalidInputException">No token has a finite logit, or one is not a number.</exception>
    public int Next(ReadOnlySpan<float> logits)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(logits.Length, _logits.Length);
        logits.CopyTo(_logits);
        if (_spec.Excluded is { } excluded) _logits[excluded] = float.NegativeInfinity;
        int likeliest = Likeliest();
        if (_spec.Temperature == 0) return likeliest;
        for (int token = 0; token < _logits.Length; token++)
            _probabilities[token] = (float)((_logits[token] - (double)_logits[likeliest]) / _spec.Temperature);
        Softmax.Apply(_probabilities, _probabilities);
        if (_spec.TopK is not null || _spec.TopP < 1) KeepLikeliest();
        return Draw(likeliest);
    }

    private int Likeliest()
    {
        int best = 0;
        for (int token = 0; token < _logits.Length; token++)
        {
            if (float.IsNaN(_logits[token])) throw NonFinite();
            if (_logits[token] > _logits[best]) best = token;
        }

        return float.IsFinite(_logits[best]) ? best : throw NonFinite();
    }

    /// <summary>Gives all tokens beyond top-k and top-p the probability 0.</summary>
    private void KeepLikeliest()
    {
        Span<int> order = _byLikelihood;
        for (int token = 0; token < order.Length; token++) order[token] = token;
        order.Sort(_likelierFirst);
        int kept = Math.Min(_spec.TopK ?? order.Length, order.Length);
        double share = _spec.TopP * Sum(order[..kept]), sum = 0;
        for (int i = 0; i < kept; i++)
        {
            sum += _probabilities[order[i]];
            if (_spec.TopP < 1 && sum >= share) kept = i + 1;
        }

        foreach (int token in order[kept..]) _probabilities[token] = 0;
    }

    private double Sum(ReadOnlySpan<int> tokens)
    {
        double sum = 0;
        foreach (int token in tokens) sum += _probabilities[token];
        return sum;
    }

    /// <summary>Draws a token in proportion to its probability.</summary>
    private int Draw(int likeliest)
    {
        double sum = 0;
        foreach (float probability in _probabilities) sum += probability;
        double place = _random.NextDouble() * sum;
        for (int token = 0; token < _probabilities.Length; token++)
        {
            place -= _probabilities[token];
            if (place < 0) return token;
        }

        // Rounding can leave a remainder after the last token.
        return likeliest;
    }

    private static InvalidInputException NonFinite() =>
        new("the model's outputs are not finite numbers", "Train it again with a lower learning rate, or use an earlier checkpoint");
}
