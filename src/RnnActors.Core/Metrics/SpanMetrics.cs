namespace RnnActors.Core.Metrics;

/// <summary>A typed span of words in a sentence, such as a named entity.</summary>
/// <param name="Type">Its type: <c>PER</c>.</param>
/// <param name="First">Index of its first word.</param>
/// <param name="Last">Index of its last word.</param>
public readonly record struct TagSpan(string Type, int First, int Last);

/// <summary>How spans are read from tags.</summary>
public enum SpanScheme
{
    /// <summary>A span may also begin with I- or E-, as in the evaluation of the CoNLL shared tasks.</summary>
    Conll,

    /// <summary>A span begins with B- or S- only; an I- that continues no span belongs to none.</summary>
    Iob2Strict,
}

/// <summary>Precision, recall and F1 of spans. A predicted span is right where the truth has one of the same type at the same words. A figure is 0 where its
/// divisor is. Tjong Kim Sang and Buchholz 2000.</summary>
public sealed class SpanMetrics(SpanScheme scheme = SpanScheme.Conll)
{
    /// <summary>The prefixes of BIO (B, I), of BIOES (E for the last word, S for a single one), and of BILOU (L and U for these two).</summary>
    private const string Prefixes = "BIESLU";

    private readonly SortedDictionary<string, (long Right, long Truth, long Predicted)> _types = new(StringComparer.Ordinal);

    /// <summary>The types that occur in truth or prediction, in ordinal order.</summary>
    public IReadOnlyCollection<string> Types => _types.Keys;

    /// <summary>Counted over all spans.</summary>
    public MetricList Micro => Of((_types.Values.Sum(t => t.Right), _types.Values.Sum(t => t.Truth), _types.Values.Sum(t => t.Predicted)));

    /// <summary>The mean over the types.</summary>
    public MetricList Macro => Mean(_ => 1);

    /// <summary>The mean over the types, each weighted by its number of true spans.</summary>
    public MetricList Weighted => Mean(type => type.Truth);

    /// <summary>Adds one sentence.</summary>
    /// <param name="truth">One tag per word: <c>B-PER</c>, <c>I-PER</c>, <c>O</c>.</param>
    /// <param name="predicted">One tag per word too.</param>
    public void Add(IReadOnlyList<string> truth, IReadOnlyList<string> predicted)
    {
        if (truth.Count != predicted.Count) throw new ArgumentException($"{truth.Count} true tags, {predicted.Count} predicted ones.", nameof(predicted));
        HashSet<TagSpan> right = [.. SpansOf(truth, scheme)];
        foreach (TagSpan span in right) Add(span.Type, 0, 1, 0);
        foreach (TagSpan span in SpansOf(predicted, scheme)) Add(span.Type, right.Contains(span) ? 1 : 0, 0, 1);
    }

    /// <summary>Precision, recall, F1 and support of a type.</summary>
    public MetricList OfType(string type) => Of(_types[type]);

    /// <summary>Whether all tags are <c>O</c>, or a prefix, a hyphen and a type.</summary>
    public static bool AreSpans(IEnumerable<string> tags)
    {
        bool hasSpan = false;
        foreach (string tag in tags)
        {
            if (tag == "O") continue;
            if (tag.Length < 3 || !Prefixes.Contains(tag[0], StringComparison.Ordinal) || tag[1] != '-') return false;
            hasSpan = true;
        }

        return hasSpan;
    }

    /// <summary>The spans of a sentence, in order.</summary>
    public static IReadOnlyList<TagSpan> SpansOf(IReadOnlyList<string> tags, SpanScheme scheme)
    {
        List<TagSpan> spans = [];
        (char Prefix, string Type) before = ('O', "");
        int first = -1; // the first word of the open span
        for (int i = 0; i <= tags.Count; i++)
        {
            (char Prefix, string Type) tag = i < tags.Count ? Parse(tags[i]) : ('O', "");
            bool isOther = tag.Prefix is 'O' or 'B' or 'S' || before.Prefix is 'O' or 'E' or 'S' || tag.Type != before.Type;
            if (first >= 0 && isOther)
            {
                spans.Add(new TagSpan(before.Type, first, i - 1));
                first = -1;
            }

            if (tag.Prefix is 'B' or 'S' || (isOther && tag.Prefix != 'O' && scheme == SpanScheme.Conll)) first = i;
            before = tag;
        }

        return spans;
    }

    /// <summary>Splits a tag. BILOU's L and U become E and S.</summary>
    private static (char Prefix, string Type) Parse(string tag)
    {
        if (tag.Length == 0 || !Prefixes.Contains(tag[0], StringComparison.Ordinal) || (tag.Length > 1 && tag[1] != '-')) return ('O', "");
        return (tag[0] switch { 'L' => 'E', 'U' => 'S', char prefix => prefix }, tag.Length > 2 ? tag[2..] : "_");
    }

    private static MetricList Of((long Right, long Truth, long Predicted) counts)
    {
        double precision = Divide(counts.Right, counts.Predicted), recall = Divide(counts.Right, counts.Truth);
        return new(
            new(MetricNames.Precision, precision), new(MetricNames.Recall, recall), new(MetricNames.F1, Divide(2 * precision * recall, precision + recall)),
            new(MetricNames.Support, counts.Truth));
    }

    private static double Divide(double a, double b) => b == 0 ? 0 : a / b;

    private MetricList Mean(Func<(long Right, long Truth, long Predicted), double> weight)
    {
        double sum = _types.Values.Sum(weight);
        double Of(string name) => Divide(_types.Sum(type => SpanMetrics.Of(type.Value)[name] * weight(type.Value)), sum);
        return new(
            new(MetricNames.Precision, Of(MetricNames.Precision)), new(MetricNames.Recall, Of(MetricNames.Recall)), new(MetricNames.F1, Of(MetricNames.F1)),
            new(MetricNames.Support, _types.Values.Sum(type => type.Truth)));
    }

    private void Add(string type, long right, long truth, long predicted)
    {
        var counts = _types.GetValueOrDefault(type);
        _types[type] = (counts.Right + right, counts.Truth + truth, counts.Predicted + predicted);
    }
}
