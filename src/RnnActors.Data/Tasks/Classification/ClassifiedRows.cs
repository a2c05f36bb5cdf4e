using RnnActors.Core.Explanations;

namespace RnnActors.Data.Tasks.Classification;

/// <summary>Examples whose classification can be explained.</summary>
internal sealed class ClassifiedRows(ClassificationPreparation preparation, (LabelledRows Rows, string Name) measured)
    : ExplainedRows(measured.Rows.Data, measured.Name)
{
    private readonly LabelledRows _rows = measured.Rows;

    public override string Show(int row) => preparation.Input.Show(_rows.Examples[row]);

    public override IReadOnlyList<ExplainedInput> InputsOf(int row) =>
    [
        new(preparation.Input.ShownName, preparation.Input.StepsOf(_rows.Examples[row], Data.LengthOf(row)),
            preparation.Input.Features) { IsJoined = preparation.Input.IsJoined },
    ];

    public override RowVerdict Judge(int row, ReadOnlySpan<float> outputs)
    {
        int best = ClassificationScore.Best(outputs);
        return new RowVerdict(preparation.Labels[best], HasTruth ? preparation.Labels[_rows.Labels[row]] : null,
            ClassificationScore.Probability(outputs, best));
    }

    public override ExplainedExample Open(TrainedNetwork network, int row, ExplanationChoice choice)
    {
        Refuse(choice.Step, "--step", "a classifier");
        Refuse(choice.Target, "--target", "a classifier");
        float[] outputs = OutputsOf(network, Data, row);
        int label = choice.Class is { } name ? NumberOf(name, preparation.Labels.Entries, "--class", "class") : ClassificationScore.Best(outputs);
        return new ExplainedExample(Data, row, Show(row), Judge(row, outputs), new LogOdds(0, label), $"the log odds of {preparation.Labels[label]}",
            InputsOf(row), null);
    }
}
