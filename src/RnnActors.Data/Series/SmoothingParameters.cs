namespace RnnActors.Data.Series;

public enum TrendForm
{
    None,
    Linear,

    /// <summary>A trend that is damped by φ at each step (Gardner and McKenzie 1985).</summary>
    Damped,
}

public enum SeasonForm
{
    None,
    Additive,
    Multiplicative,
}

/// <summary>A form of exponential smoothing.</summary>
/// <param name="Period">The length of the season m; 1 without a season.</param>
public readonly record struct SmoothingForm(TrendForm Trend, SeasonForm Season, int Period)
{
    /// <summary>How many of α, β, γ and φ it has.</summary>
    internal int Parameters => 1 + (Trend switch { TrendForm.None => 0, TrendForm.Linear => 1, _ => 2 }) + (Season == SeasonForm.None ? 0 : 1);

    /// <summary>How many initial states are free; the last index of a season follows from the others.</summary>
    internal int States => 1 + (Trend == TrendForm.None ? 0 : 1) + (Season == SeasonForm.None ? 0 : Period - 1);

    /// <summary>For example <c>damped trend, multiplicative season (12)</c>.</summary>
    public override string ToString()
    {
        string trend = Trend switch { TrendForm.None => "no trend", TrendForm.Linear => "trend", _ => "damped trend" };
        return Season switch
        {
            SeasonForm.None => trend,
            SeasonForm.Additive => $"{trend}, additive season ({Period})",
            _ => $"{trend}, multiplicative season ({Period})",
        };
    }
}

/// <param name="Level">α, the share of a new value in the level.</param>
/// <param name="Trend">β, the share of a new slope in the trend; 0 without a trend.</param>
/// <param name="Season">γ, the share of a new deviation in the season; 0 without a season.</param>
/// <param name="Damping">φ, by which the trend is damped at each step; 1 for a linear one, 0 without a trend.</param>
public readonly record struct SmoothingParameters(double Level, double Trend, double Season, double Damping);
