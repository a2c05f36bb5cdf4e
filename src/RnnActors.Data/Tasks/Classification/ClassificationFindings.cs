using RnnActors.Core.Objectives;
using RnnActors.Data.Findings;
using RnnActors.Data.Tasks.Examples;
using RnnActors.Data.Text;

namespace RnnActors.Data.Tasks.Classification;

/// <summary>Findings about labelled rows, before training.</summary>
internal static class ClassificationFindings
{
    /// <summary>The label leaks if its name is in this share of its class's rows, and in hardly any other.</summary>
    private const double InOwn = 0.9, InOthers = 0.05;

    /// <param name="parts">Validation and test, with their names.</param>
    public static IEnumerable<Finding> Of(ClassificationPreparation preparation, LabelledRows train, IReadOnlyList<(string Name, LabelledRows Rows)> parts,
        Objective loss)
    {
        int classes = preparation.Labels.Count;
        foreach (Finding finding in ClassFindings.Of(
            preparation.Labels.Entries, preparation.Counts,
            [.. parts.Select(part => (part.Name, (IReadOnlyList<int>)ClassFindings.Count(part.Rows.Labels, classes)))],
            loss is SoftmaxCrossEntropy { ClassWeights: not null })) yield return finding;
        if (preparation.Input is SentenceInput sentences && train.Inputs.Tokens is { } tokens)
        {
            foreach ((string name, LabelledRows rows) in parts)
                foreach (Finding finding in ExampleFindings.Unknown(name, rows.Inputs.Tokens!, sentences.Vocabulary.Unknown, sentences.UnitNoun))
                    yield return finding;
            if (LabelIsAWord(preparation, sentences.Vocabulary, tokens, train.Labels)) yield return InText(preparation.LabelField);
        }

        if (train.Inputs.Values is not { } values) yield break;
        int features = values[0].GetLength(1);
        int[] constant = [.. Enumerable.Range(0, features).Where(feature => IsConstant(values, feature))];
        if (preparation.Input is SeriesInput && constant.Length > 0 && constant.Length < features)
        {
            yield return new Finding(
                "constant_column", FindingSeverity.Warning,
                $"{(constant.Length == 1 ? "Column" : "Columns")} {string.Join(", ", constant.Take(5).Select(feature => feature + 1))} of the {features} of "
                + $"each step "
                    + $"{(constant.Length == 1 ? "has" : "have")} one value in all training rows, from which nothing is learnt",
                "Leave it out");
        }

        if (preparation.Input is SeriesInput
            && Array.FindIndex([.. Enumerable.Range(0, features)], feature => IsTheLabel(values, train.Labels, feature)) is var found && found >= 0)
        {
            yield return new Finding(
                "target_in_inputs", FindingSeverity.Problem,
                $"Column {found + 1} of {features} has one value for each class, in all training rows: it is the label \"{preparation.LabelField}\" in "
                + $"other words",
                "Leave it out, unless it will be known of rows whose label is not");
        }
    }

    private static Finding InText(string label) => new(
        "target_in_inputs", FindingSeverity.Problem,
        $"Nearly every text labelled \"{label}\" has that word in it, and hardly any other text does",
        "Remove the label from the text: it is not known for new rows");

    private static bool LabelIsAWord(ClassificationPreparation preparation, Vocabulary vocabulary, IReadOnlyList<int[]> rows, int[] labels)
    {
        for (int label = 0; label < preparation.Labels.Count; label++)
        {
            string name = preparation.Labels[label];
            HashSet<int> words = [.. vocabulary.Entries.Index().Where(entry =>
                entry.Index != vocabulary.Unknown && string.Equals(entry.Item, name, StringComparison.OrdinalIgnoreCase)).Select(entry => entry.Index)];
            int own = 0, others = 0, inOwn = 0, inOthers = 0;
            for (int row = 0; row < labels.Length; row++)
            {
                bool has = words.Count > 0 && Array.Exists(rows[row], words.Contains);
                if (labels[row] == label) (own, inOwn) = (own + 1, inOwn + (has ? 1 : 0));
                else (others, inOthers) = (others + 1, inOthers + (has ? 1 : 0));
            }

            if (inOwn < InOwn * own || inOthers > InOthers * others) return false;
        }

        return true;
    }

    private static bool IsConstant(IReadOnlyList<float[,]> rows, int feature)
    {
        float first = rows[0][0, feature];
        foreach (float[,] row in rows)
            for (int t = 0; t < row.GetLength(0); t++)
                if (row[t, feature] != first) return false;
        return true;
    }

    /// <summary>Whether a feature is constant in each row, and its value and the row's class determine each other.</summary>
    private static bool IsTheLabel(IReadOnlyList<float[,]> rows, int[] labels, int feature)
    {
        Dictionary<int, float> values = [];
        for (int i = 0; i < rows.Count; i++)
        {
            float first = rows[i][0, feature];
            for (int t = 1; t < rows[i].GetLength(0); t++)
                if (rows[i][t, feature] != first) return false;
            if (values.TryAdd(labels[i], first) ? values.Count(value => value.Value == first) > 1 : values[labels[i]] != first) return false;
        }

        return values.Count > 1;
    }
}
