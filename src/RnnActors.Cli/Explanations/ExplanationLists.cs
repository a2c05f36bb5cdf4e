using System.Globalization;
using RnnActors.Core.Explanations;
using RnnActors.Data.Wording;
using RnnActors.Runs.Explanations;

namespace RnnActors.Cli.Explanations;

/// <summary>Rows of the tables that both terminal and page show.</summary>
internal static class ExplanationLists
{
    private const int TopInputs = 10, TopUnits = 5;

    /// <summary>A gradient that grows by this factor explodes; one that shrinks by it has vanished.</summary>
    private const double Much = 100;

    public static string NameOf(AttributionMethod method) => method switch
    {
        AttributionMethod.InputGradient => "input × gradient",
        AttributionMethod.IntegratedGradients => "integrated gradients",
        _ => "occlusion",
    };

    /// <summary>The full stop after a user's text at the end of a sentence; empty if the text ends with punctuation.</summary>
    public static string StopBehind(string text) => text.Length > 0 && ".!?…".Contains(text[^1], StringComparison.Ordinal) ? "" : ".";

    /// <summary>A number within a sentence.</summary>
    public static string Plain(double value) => value < 0 ? Signed(value) : Figures.Number(value);

    /// <summary>A number with its sign.</summary>
    public static string Signed(double value) => (value >= 0 ? "+" : "−") + Figures.Number(Math.Abs(value));

    /// <summary>The values with the largest attributions in all inputs: position, value, attribution.</summary>
    public static IReadOnlyList<(string Input, string Step, string Feature, double Value)> TopValues(Explanation explanation) =>
    [
        .. explanation.Inputs.SelectMany(input =>
            Enumerable.Range(0, input.Values.Length).Select(i => (input, Step: i / input.Features, Feature: i % input.Features, Value: input.Values[i])))
            .Where(one => one.Value != 0).OrderByDescending(one => Math.Abs(one.Value)).Take(TopInputs)
            .Select(one => (one.input.Names.Name, one.input.Names.IsText ? $"{one.Step + 1}: {one.input.Names.Steps[one.Step]}" : StepOf(one.input, one.Step),
                one.input.Names.Features[one.Feature], one.Value)),
    ];

    /// <summary>The features by their total attribution over all steps.</summary>
    public static IReadOnlyList<(string Feature, double Sum, double Size)> Features(AttributedInput input) =>
    [
        .. Enumerable.Range(0, input.Features)
            .Select(f => (input.Names.Features[f], input.OfFeature(f), Enumerable.Range(0, input.Steps).Sum(t => Math.Abs(input.At(t, f)))))
            .OrderByDescending(one => one.Item3).Take(TopInputs),
    ];

    /// <summary>The distances in time for a table of gradient norms.</summary>
    public static IReadOnlyList<int> Distances(IReadOnlyList<GradientFlow> flows)
    {
        int max = flows.Count == 0 ? 0 : flows.Max(flow => flow.Norms.Length) - 1;
        int[] all = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
        return [.. all.Where(distance => distance < max), max];
    }

    public static string NormAt(GradientFlow flow, int distance) =>
        distance >= flow.Norms.Length ? "" : flow.Norms[distance] is >= 0.001 and < 1000 and var norm
            ? Figures.Number(double.Parse(norm.ToString("G2", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture))
            : flow.Norms[distance] is 0 ? "0" : flow.Norms[distance].ToString("0.0e0", CultureInfo.InvariantCulture);

    /// <summary>A gradient's fate in words.</summary>
    public static string Fate(GradientFlow flow)
    {
        if (flow.Norms.Length < 2) return "one step alone";
        string vanished = flow.VanishedAt is { } at ? $"; less than a hundredth is left from {Figures.Plural(at, "step")} back on" : "";
        return flow.FactorEachStep switch
        {
            null => "reaches no step before",
            { } factor => FormattableString.Invariant($"times {factor:0.00} a step: it {What(factor)}{vanished}"),
        };

        string What(double factor) => factor > 1.05 ? Grown(flow) > Much ? "explodes" : "grows"
            : factor < 0.95 ? flow.VanishedAt is null ? "fades" : "vanishes"
            : "is carried";
    }

    /// <summary>The ratio of a gradient's last norm to its first.</summary>
    private static double Grown(GradientFlow flow) => flow.Norms[^1] / Math.Max(double.Epsilon, flow.Norms[0]);

    /// <summary>The units to describe: the given one, or those that vary most.</summary>
    public static IEnumerable<ExplainedUnit> UnitsOf(ExplainedLayer layer, int? unit) => unit is { } number
        ? layer.Units.Where(one => one.Unit == number)
        : layer.Units.OrderByDescending(one => one.Deviation).Take(TopUnits);

    public static string PlacesOf(ExplainedUnit unit, int max) =>
        string.Join(" · ", unit.Places.Take(max).Select(place => $"{place.Place} {Figures.Number(place.Value)}"));

    public static string CorrelationsOf(ExplainedUnit unit) =>
        string.Join(", ", unit.Correlations.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Input} {one.Correlation:+0.00;−0.00}")));

    /// <summary>A step with its place in the input.</summary>
    private static string StepOf(AttributedInput input, int step) => $"{input.Names.Steps[step]} ({step + 1} of {input.Steps})";
}
