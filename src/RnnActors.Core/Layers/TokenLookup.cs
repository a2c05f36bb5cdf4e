namespace RnnActors.Core.Layers;

/// <summary>
/// Where a signal's values are rows of one matrix, one for each token: then what a layer above computes of each value by itself can be computed once for each token, to the same bits.
/// </summary>
/// <param name="tokens">(T, B).</param>
/// <param name="vocabulary">V.</param>
internal sealed class TokenLookup(SignalBuffer tokens, int vocabulary)
{
    public int Vocabulary => vocabulary;

    public ReadOnlySpan<int> Tokens => tokens.Tokens;

    /// <summary>(V, F): the rows, those of the parameters at hand.</summary>
    public ReadOnlyMemory<float> Vectors { get; set; }
}
