using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting.Baselines;

/// <summary>The naive forecast: every step ahead equals the last known row.</summary>
internal sealed class LastValue : Baseline
{
    public override string Key => "last_value";

    public override string Name => "last value";

    public override double[] Predict(WindowDataset part) => KnownRows.Repeat(part, 1, (origin, _) => origin - 1);
}
