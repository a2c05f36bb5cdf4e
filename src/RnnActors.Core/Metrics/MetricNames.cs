namespace RnnActors.Core.Metrics;

/// <summary>The names of metrics, as printed and as keys of machine-readable results.</summary>
public static class MetricNames
{
    public const string Loss = "loss";
    public const string MeanSquaredError = "mse";
    public const string RootMeanSquaredError = "rmse";
    public const string MeanAbsoluteError = "mae";
    public const string SymmetricMeanAbsolutePercentageError = "smape";
    public const string R2 = "r2";
    public const string MeanAbsoluteScaledError = "mase";
    public const string MeanAbsolutePercentageError = "mape";
    public const string PinballLoss = "pinball";
    public const string WeightedQuantileLoss = "weighted_quantile_loss";
    public const string Coverage = "coverage";
    public const string IntervalWidth = "interval_width";
    public const string Accuracy = "accuracy";
    public const string MacroF1 = "macro_f1";
    public const string Precision = "precision";
    public const string Recall = "recall";
    public const string F1 = "f1";
    public const string Support = "support";
    public const string RareAccuracy = "rare_accuracy";
    public const string SpanF1 = "span_f1";
    public const string Bleu = "bleu";
    public const string ChrF = "chrf";
    public const string WordErrorRate = "wer";
    public const string CharacterErrorRate = "cer";
    public const string Perplexity = "perplexity";
    public const string WordPerplexity = "word_perplexity";
    public const string BitsPerCharacter = "bits_per_character";
}
