namespace RnnActors.Core.Layers;

/// <summary>The score of a query q and a key k.</summary>
public enum AttentionScore
{
    /// <summary>q·k. Luong et al. 2015.</summary>
    Dot,

    /// <summary>q·k / √(features). Vaswani et al. 2017.</summary>
    ScaledDot,

    /// <summary>q·(W k). Luong et al. 2015.</summary>
    General,

    /// <summary>v·tanh(W q + U k + b). Bahdanau et al. 2015.</summary>
    Additive,
}
