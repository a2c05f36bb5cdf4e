using System.Text.Json;
using CsCheck;
using RnnActors.Core.Metrics;
using RnnActors.Core.Tests.Golden;
using Xunit;

namespace RnnActors.Core.Tests.Metrics;

public class ClassMetricsTests
{
    [SkippableFact]
    public void Every_reference_case_is_met()
    {
        JsonElement[] cases = [.. GoldenMetrics.Cases("classes")];
        Assert.NotEmpty(cases);
        foreach (JsonElement known in cases)
        {
            int classes = known.GetProperty("classes").GetInt32();
            ClassMetrics metrics = ClassMetrics.Of(known.Integers("truth"), known.Integers("predicted"), classes);
            for (int truth = 0; truth < classes; truth++)
            {
                int[] row = [.. known.GetProperty("confusion")[truth].EnumerateArray().Select(value => value.GetInt32())];
                for (int predicted = 0; predicted < classes; predicted++) Assert.Equal(row[predicted], metrics[truth, predicted]);
                foreach (string name in (string[])["precision", "recall", "f1", "support"])
                    Assert.Equal(known.GetProperty("per_class")[truth].GetProperty(name).GetDouble(), metrics.ToMetrics(truth)[name], 1e-12);
            }

            Assert.Equal(known.GetProperty("accuracy").GetDouble(), metrics.Accuracy, 1e-12);
            Assert.Equal(known.GetProperty("macro_f1").GetDouble(), metrics.MacroF1, 1e-12);
            Assert.Equal(known.Integers("macro_over"), metrics.Present);
            Assert.Equal(known.GetProperty("weighted_f1").GetDouble(), metrics.WeightedF1, 1e-12);
            Assert.Equal(known.GetProperty("balanced_accuracy").GetDouble(), metrics.BalancedAccuracy, 1e-12);
        }
    }

    [Fact]
    public void Exact_predictions_are_perfect_and_names_of_classes_do_not_matter() => Gen.Int[0, 3].Array[1, 40].Sample(truth =>
    {
        Assert.Equal((1.0, 1.0), (ClassMetrics.Of(truth, truth, 4).Accuracy, ClassMetrics.Of(truth, truth, 4).MacroF1));
        int[] predicted = [.. truth.Select((c, i) => i % 3 == 0 ? (c + i) % 4 : c)];
        int[] Renamed(int[] classes) => [.. classes.Select(c => 3 - c)];
        ClassMetrics one = ClassMetrics.Of(truth, predicted, 4), other = ClassMetrics.Of(Renamed(truth), Renamed(predicted), 4);
        Assert.Equal(one.MacroF1, other.MacroF1, 1e-12);
        Assert.Equal(one.Accuracy, other.Accuracy, 1e-12);
    }, iter: 200);
}
