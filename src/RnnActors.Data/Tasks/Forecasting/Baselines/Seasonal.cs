using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting.Baselines;

/// <summary>The seasonal naive forecast: every step ahead equals the value one season before, or as many seasons as it takes to reach a known row.</summary>
internal sealed class Seasonal(int season) : Baseline
{
    public override string Key => "seasonal";

    public override string Name => FormattableString.Invariant($"seasonal ({season})");

    public override double[] Predict(WindowDataset part) =>
        KnownRows.Repeat(part, season, (origin, step) => WindowShape.SeasonBefore(origin, step, season));
}
