namespace RnnActors.Core.Metrics;

/// <summary>A named stretch of a sentence.</summary>
/// <param name="Type">What it is: <c>PER</c>.</param>
/// <param name="First">Its first word, from 0.</param>
/// <param name="Last">Its last word.</param>
public readonly record struct TagSpan(string Type, int First, int Last);

/// <summary>How tags tell where spans begin.</summary>
public enum SpanScheme
{
    /// <summary>A span may begin with I-, as the shared tasks of CoNLL count.</summary>
    Conll,

    /// <summary>A span begins with B- alone; an I- that goes on with nothing is no part of one.</summary>
    Iob2Strict,
}

/// <summary>Precision, recall and F1 of spans: a predicted one is right where the truth has one of the same type and place. Each is 0 where nothing divides. Tjong Kim Sang and Buchholz 2000.</summary>
public sealed class SpanMetrics(SpanScheme scheme = SpanScheme.Conll)
{
    private readonly SortedDictionary<string, (long Right, long Truth, long Predicted)> _types = new(StringComparer.Ordinal);

    /// <summary>Types in truth or prediction, in ordinal order.</summary>
    public IReadOnlyCollection<string> Types => _types.Keys;

    /// <summary>Over all spans.</summary>
    public MetricList Micro => Of((_types.Values.Sum(t => t.Right), _types.Values.Sum(t => t.Truth), _types.Values.Sum(t => t.Predicted)));

    /// <summary>The mean over the types.</summary>
    public MetricList Macro => Mean(_ => 1);

    /// <summary>The mean over the types, each weighted by its spans in truth.</summary>
    public MetricList Weighted => Mean(type => type.Truth);

    /// <summary>One sentence.</summary>
    /// <param name="truth">A tag a word: <c>B-PER</c>, <c>I-PER</c>, <c>O</c>.</param>
    /// <param name="predicted">As many.</param>
    public void Add(IReadOnlyList<string> truth, IReadOnlyList<string> predicted)
    {
        if (truth.Count != predicted.Count) throw new ArgumentException($"{truth.Count} true tags, {predicted.Count} predicted ones.", nameof(predicted));
        HashSet<TagSpan> right = [.. SpansOf(truth, scheme)];
        foreach (TagSpan span in right) Add(span.Type, 0, 1, 0);
        foreach (TagSpan span in SpansOf(predicted, scheme)) Add(span.Type, right.Contains(span) ? 1 : 0, 0, 1);
    }

    /// <summary>Precision, recall, F1 and support of a type.</summary>
    public MetricList OfType(string type) => Of(_types[type]);

    /// <summary>Whether tags are of this form: <c>O</c>, or a letter, a hyphen and a type.</summary>
    public static bool AreSpans(IEnumerable<string> tags)
    {
        bool hasSpan = false;
        foreach (string tag in tags)
        {
            if (tag == "O") continue;
            if (tag.Length < 3 || tag[0] is not ('B' or 'I') || tag[1] != '-') return false;
            hasSpan = true;
        }

        return hasSpan;
    }

    /// <summary>The spans of a sentence, in order.</summary>
    public static IReadOnlyList<TagSpan> SpansOf(IReadOnlyList<string> tags, SpanScheme scheme)
    {
        List<TagSpan> spans = [];
        string? type = null;
        int first = 0;
        for (int i = 0; i <= tags.Count; i++)
        {
            (char prefix, string own) = i < tags.Count ? Parse(tags[i]) : ('O', "");
            bool goesOn = type is not null && prefix == 'I' && own == type;
            if (goesOn) continue;
            if (type is not null) spans.Add(new TagSpan(type, first, i - 1));
            bool begins = prefix == 'B' || (prefix == 'I' && scheme == SpanScheme.Conll);
            (type, first) = (begins ? own : null, i);
        }

        return spans;
    }

    private static (char Prefix, string Type) Parse(string tag) => tag.Length > 1 && tag[1] == '-' ? (tag[0], tag[2..]) : tag is "B" or "I" ? (tag[0], "_") : ('O', "");

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
