using RnnActors.Data.Wording;

namespace RnnActors.Runs.Stories;

/// <summary>How a network compares with the best of its simple baselines.</summary>
public enum Standing
{
    /// <summary>Nothing was compared.</summary>
    Unknown,
    Better,

    /// <summary>So close that other rows may reverse the order.</summary>
    Near,
    Worse,
}

/// <summary>What the losses say about under- and overfitting.</summary>
public enum Fit
{
    /// <summary>There are too few validated epochs to tell.</summary>
    Unknown,

    Right,

    /// <summary>Overfitted: the validation loss has risen since its best while the training loss fell on.</summary>
    Over,

    /// <summary>Underfitted: the losses were still falling at the end, or hardly fell at all.</summary>
    Under,
}

/// <summary>The verdict on a run, which reports show first.</summary>
/// <param name="Headline">The verdict in a sentence.</param>
/// <param name="Reasons">What it is based on, a sentence each.</param>
/// <param name="Advice">What to try next, a sentence each.</param>
public sealed record Verdict(Standing Standing, Fit Fit, string Headline, IReadOnlyList<string> Reasons, IReadOnlyList<string> Advice)
{
    /// <summary>How much better the deciding metric is than the best baseline's, relative to the baseline's; null where nothing was compared.</summary>
    public double? Margin { get; init; }
}

/// <summary>The rules of a verdict.</summary>
public static class VerdictRules
{
    /// <summary>Metrics that differ by less than this share of the baseline's may differ by chance.</summary>
    public const double Little = 0.05;

    /// <summary>A rise of the validation loss by more than this share of its best counts as overfitting, not noise.</summary>
    public const double Risen = 0.05;

    /// <summary>The share of the whole gain that the last fifth of the epochs must have made for more epochs to be worthwhile.</summary>
    public const double StillGaining = 0.02;

    /// <summary>A training loss that fell by less than this share counts as not having learned.</summary>
    public const double HardlyFell = 0.02;

    /// <summary>If the network is worse by this many times the baseline's error, the headline gives a factor instead of percents.</summary>
    private const double TooFarForPercent = 10;

    private const int MinEpochs = 4;

    public static Verdict Of(VerdictFacts facts)
    {
        (Standing standing, double? margin) = Compare(facts.Own, facts.Baseline, facts.IsHigherBetter);
        Fit fit = FitOf(facts.TrainingLosses, facts.ValidationLosses);
        List<string> reasons = [], advice = [];
        if (facts.TellsFit) reasons.Add(FitReason(fit, facts));
        // General advice of the kind of task is added below only where it does not contradict what the losses say.
        if (facts.TellsFit) advice.AddRange(FitAdvice(fit, facts));
        if (standing is Standing.Worse or Standing.Near && fit is Fit.Right or Fit.Unknown && facts.Advice is { } own) advice.Add(own);
        return new Verdict(standing, fit, Headline(standing, margin, facts), reasons, advice) { Margin = margin };
    }

    /// <param name="own">The network's metric.</param>
    /// <param name="rival">The best baseline's metric; null for none.</param>
    public static (Standing Standing, double? Margin) Compare(double? own, double? rival, bool isHigherBetter)
    {
        if (own is not { } mine || rival is not { } others || !double.IsFinite(mine) || !double.IsFinite(others)) return (Standing.Unknown, null);
        double gain = isHigherBetter ? mine - others : others - mine;
        if (others == 0) return (gain > 0 ? Standing.Better : gain < 0 ? Standing.Worse : Standing.Near, null);
        double margin = gain / Math.Abs(others);
        return (margin > Little ? Standing.Better : margin < -Little ? Standing.Worse : Standing.Near, margin);
    }

    /// <param name="training">One loss per epoch.</param>
    /// <param name="validation">One loss per epoch; NaN where nothing was validated.</param>
    public static Fit FitOf(IReadOnlyList<double> training, IReadOnlyList<double> validation)
    {
        int epochs = Math.Min(training.Count, validation.Count);
        if (epochs < MinEpochs || !validation.Take(epochs).All(double.IsFinite) || !training.Take(epochs).All(double.IsFinite)) return Fit.Unknown;
        int best = Enumerable.Range(0, epochs).MinBy(epoch => validation[epoch]);
        double first = validation[0], min = validation[best], last = validation[epochs - 1];
        if (last - min > Risen * Math.Abs(min) && training[epochs - 1] < training[best]) return Fit.Over;
        double fell = training[0] - training.Take(epochs).Min();
        if (fell < HardlyFell * Math.Abs(training[0])) return Fit.Under;
        int fifth = Math.Max(1, epochs / 5);
        double before = validation.Take(epochs - fifth).Min();
        return best >= epochs - fifth && before - min > StillGaining * (first - min) && first > min ? Fit.Under : Fit.Right;
    }

    private static string Headline(Standing standing, double? margin, VerdictFacts facts)
    {
        if (standing == Standing.Unknown)
        {
            return facts.Own is { } own
                ? $"{facts.Metric} is {Figures.Number(own)}; there is no simple baseline to compare with."
                : "No rows were held back, so nothing tells how good the network is.";
        }

        string figures = $"{facts.Metric} is {Figures.Number(facts.Own!.Value)}, that of {facts.BaselineName} {Figures.Number(facts.Baseline!.Value)}";
        string apart = margin is not { } share ? ""
            : share <= -TooFarForPercent ? $", {Figures.Number(Math.Round(1 - share))} times its error"
            : $", {Percent(Math.Abs(share))} {(share >= 0 ? "better" : "worse")}";
        return standing switch
        {
            Standing.Better => $"The network beats the best simple baseline: {figures}{apart}.",
            Standing.Worse => $"The network does not beat the best simple baseline: {figures}{apart}.",
            _ => $"The network is about as good as the best simple baseline: {figures}{apart}. Other rows may tell otherwise.",
        };
    }

    private static string FitReason(Fit fit, VerdictFacts facts)
    {
        int epochs = facts.ValidationLosses.Count;
        switch (fit)
        {
            case Fit.Over:
                int best = Enumerable.Range(0, epochs).MinBy(epoch => facts.ValidationLosses[epoch]);
                return $"Overfitted: the validation loss was lowest in epoch {best + 1} of {epochs} ({Figures.Number(facts.ValidationLosses[best])}) and has "
                    + $"risen to "
                    + $"{Figures.Number(facts.ValidationLosses[^1])}, while the training loss fell on"
                    + (facts.KeepsBest ? ". The result is the best epoch's parameters, so this costs only time." : ".");
            case Fit.Under:
                return facts.TrainingLosses[0] - facts.TrainingLosses.Min() < HardlyFell * Math.Abs(facts.TrainingLosses[0])
                    ? "Underfitted: the training loss has hardly fallen."
                    : "Underfitted: the validation loss was still falling when training ended.";
            case Fit.Right:
                return "Neither over- nor underfitted: the validation loss has settled, and has not risen since.";
            default:
                return epochs > 0 && !facts.ValidationLosses.Any(double.IsFinite)
                    ? "No rows were held back to validate on, so nothing tells whether it is over- or underfitted."
                    : "Too few epochs to tell whether it is over- or underfitted.";
        }
    }

    private static IEnumerable<string> FitAdvice(Fit fit, VerdictFacts facts)
    {
        switch (fit)
        {
            case Fit.Over:
                if (!facts.KeepsBest) yield return "End training where the validation loss is lowest: training.earlyStopping={\"patience\":5}.";
                yield return "Reduce the overfitting: more dropout, fewer units, or more data.";
                break;
            case Fit.Under when facts.TrainingLosses[0] - facts.TrainingLosses.Min() < HardlyFell * Math.Abs(facts.TrainingLosses[0]):
                yield return "Let it learn faster: another learning rate (ten times as high, or a tenth), or more units.";
                break;
            case Fit.Under:
                yield return "Train longer: resume the run with twice the epochs.";
                break;
            case Fit.Unknown when facts.ValidationLosses.Count > 0 && !facts.ValidationLosses.Any(double.IsFinite):
                yield return "Hold rows back to validate on: data.split.validation=0.1.";
                break;
            case Fit.Unknown when facts.ValidationLosses.Count < MinEpochs:
                string trained = facts.ValidationLosses.Count == 0 ? "less than an epoch" : Figures.Plural(facts.ValidationLosses.Count, "epoch");
                yield return $"Train longer: {trained} cannot tell what the network can learn.";
                break;
            default:
                break;
        }
    }

    private static string Percent(double share) =>
        share < 0.0995 ? $"{Figures.Number(Math.Round(100 * share, 1))} %" : $"{Figures.Number(Math.Round(100 * share))} %";
}

/// <summary>The facts that a verdict is based on.</summary>
/// <param name="Metric">The deciding metric's display name.</param>
/// <param name="Own">The network's metric; null where nothing was measured.</param>
/// <param name="BaselineName">The best baseline's name.</param>
/// <param name="Baseline">The best baseline's metric; null where there is none.</param>
/// <param name="TrainingLosses">One loss per epoch.</param>
/// <param name="ValidationLosses">One loss per epoch; NaN where nothing was validated.</param>
/// <param name="KeepsBest">Whether the run ends with the parameters of its best epoch.</param>
/// <param name="Advice">What the kind of task advises where a baseline is better; null for nothing.</param>
public sealed record VerdictFacts(
    string Metric, double? Own, string? BaselineName, double? Baseline, bool IsHigherBetter, IReadOnlyList<double> TrainingLosses,
    IReadOnlyList<double> ValidationLosses, bool KeepsBest,
    string? Advice = null)
{
    /// <summary>Whether there are losses to judge the fit by; several runs together have none.</summary>
    public bool TellsFit { get; init; } = true;
}
