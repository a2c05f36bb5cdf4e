using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Parameters;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.Forecasting.Windows;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Forecasting.Windows;

/// <summary>Columns of categories that a network embeds.</summary>
public class EmbeddedColumnTests
{
    private const int Rows = 60;

    private static readonly ForecastDataSpec Spec = new() { Targets = ["y"], Inputs = ["y"], Window = 3, Horizon = 2, Split = new(0.5, 0.25, 0.25) };

    /// <summary>The law: a window's tokens are the categories of its rows, in the training rows' order; 0 for others.</summary>
    [Fact]
    public void Windows_have_a_token_for_each_row()
    {
        ForecastTask task = ForecastTask.Prepare(Spec with { Embedded = ["kind"] }, Table(row => row < 40 ? row % 3 == 0 ? "b" : "a" : "new"));
        Assert.Equal([("input", 0), ("kind", 3)], task.Train.Inputs.Select(input => (input.Name, input.Shape.Vocabulary)));
        foreach (WindowDataset part in (WindowDataset[])[task.Train, task.Validation!, task.Test!])
        {
            Batch batch = TestTables.ReadAll(part);
            for (int row = 0; row < part.Rows; row++)
            {
                for (int t = 0; t < 3; t++)
                {
                    int at = part.At(row).Origin - 3 + t;
                    Assert.Equal(at >= 40 ? 0 : at % 3 == 0 ? 2 : 1, batch.AllInputs[1].Tokens[(t * part.Rows) + row]);
                }
            }
        }

        Assert.Contains(task.Notes, note => note.Contains("kind: no training row has new", StringComparison.Ordinal));
        Assert.NotEqual(task.DataHash, ForecastTask.Prepare(Spec with { Embedded = ["kind"] }, Table(row => row % 4 == 0 ? "b" : "a")).DataHash);
    }

    [Fact]
    public void A_row_that_says_nothing_has_the_category_before_it()
    {
        ForecastTask task = ForecastTask.Prepare(Spec with { Embedded = ["kind"] },
            Table(row => row == 0 || row is > 10 and < 20 ? null : row == 10 ? "b" : "a"));
        int[] tokens = task.Panel.Tokens;
        Assert.Equal([0, 1, 2, 2, 1], [tokens[0], tokens[1], tokens[10], tokens[19], tokens[20]]);
        Assert.DoesNotContain(task.Notes, note => note.Contains("kind", StringComparison.Ordinal));
    }

    /// <summary>The law: a vector for a category is a weight for each value of its one-hot column.</summary>
    [Fact]
    public void An_embedding_is_a_product_with_one_hot_columns()
    {
        Table table = Table(row => (row % 5 % 3) switch { 0 => "a", 1 => "b", _ => "c" });
        ForecastTask embedded = ForecastTask.Prepare(Spec with { Embedded = ["kind"] }, table),
            oneHot = ForecastTask.Prepare(Spec with { Inputs = ["y", "kind"] }, table);
        Model model = new(new ModelSpec([new Gru(4), new Dense(2)]).WithEmbeddings([("kind", 3)]), embedded.Train.Inputs),
            plain = new(new ModelSpec([new Gru(4), new Dense(2)]), oneHot.Input);
        var own = model.CreateParameters(5);
        var other = plain.CreateParameters(6);
        static Span<float> Of(Model of, AlignedBuffer all, string name) => of.Layout[name].Of(all.Span);
        foreach (var slot in plain.Layout.Slots)
            if (slot.Name != "gru.weight_ih_l0") Of(model, own, slot.Name).CopyTo(Of(plain, other, slot.Name));
        Span<float> vectors = Of(model, own, "category_1.weight"), weight = Of(model, own, "gru.weight_ih_l0"), wide = Of(plain, other, "gru.weight_ih_l0");
        for (int row = 0; row < 12; row++)
        {
            wide[row * 4] = weight[row * 4];
            for (int category = 0; category < 3; category++)
            {
                float sum = 0;
                for (int i = 0; i < 3; i++) sum += weight[(row * 4) + 1 + i] * vectors[((category + 1) * 3) + i];
                wide[(row * 4) + 1 + category] = sum;
            }
        }

        float[] found = Prediction.Run(model, own.Memory, embedded.Test!), expected = Prediction.Run(plain, other.Memory, oneHot.Test!);
        Assert.Equal(embedded.Test!.Rows * 2, found.Length);
        for (int i = 0; i < found.Length; i++) Assert.Equal(expected[i], found[i], 1e-5f);
    }

    [Fact]
    public void What_cannot_be_meant_is_refused()
    {
        Table table = Table(row => row % 2 == 0 ? "a" : "b");
        Refused(Spec with { Embedded = ["kynd"] }, "'kynd'");
        Refused(Spec with { Embedded = ["kind", "kind"] }, "data.embedded");
        Refused(Spec with { Embedded = ["y"] }, "data.targets");
        Refused(Spec with { Embedded = ["kind"], Known = ["kind"], Inputs = ["y"] }, "data.known");
        ForecastTask task = ForecastTask.Prepare(Spec with { Embedded = ["kind"] }, table);
        var unread = Assert.Throws<InvalidInputException>(() => ModelCheck.Matches(
            new Model(new ModelSpec([new Gru(4), new Dense(2)]), task.Train.Inputs), task.Train, new MeanSquaredError()));
        Assert.Contains("no layer reads the input 'kind'", unread.Message, StringComparison.Ordinal);

        void Refused(ForecastDataSpec spec, string said) => Assert.Contains(
            said, Assert.Throws<InvalidInputException>(() => ForecastTask.Prepare(spec, table)).Message, StringComparison.Ordinal);
    }

    /// <summary>Forecasts that are read as if they had been observed stand in rows whose category the file has, or which is the same in all rows.</summary>
    [Fact]
    public void Behind_the_horizon_it_is_read_where_the_file_has_it_and_refused_by_name_elsewhere()
    {
        ForecastTask trained = ForecastTask.Prepare(Spec with { Embedded = ["kind"] }, Table(row => row % 3 == 0 ? "b" : "a"));
        string Kind(int row) => row % 3 == 0 ? "b" : "a";
        ForecastTask Asked(int rows, int told, Func<int, string?>? kind = null) => ForecastTask.LoadTrained(trained.Preparation, new Table("t",
        [
            new Column("y", [.. Enumerable.Range(0, rows).Select(row => row < Rows ? row % 7 : double.NaN)]),
            new Column("kind", (string?[])[.. Enumerable.Range(0, rows).Select(row => row < Rows + told ? (kind ?? Kind)(row) : null)]),
        ]));
        ForecastTask After(ForecastTask task) => task.After(task.Forecast(new float[2]));
        string Refusal(ForecastTask task) => Assert.Throws<InvalidInputException>(() => After(task)).Message;

        Batch batch = TestTables.ReadAll(After(After(Asked(Rows + 4, told: 4))).Next);
        for (int t = 0; t < 3; t++) Assert.Equal((Rows + 4 - 3 + t) % 3 == 0 ? 2 : 1, batch.AllInputs[1].Tokens[t]);
        Assert.Contains("the embedded column 'kind', and the file does not have it for 64", Refusal(After(Asked(Rows + 4, told: 3))), StringComparison.Ordinal);
        Assert.Contains("does not have it for 61", Refusal(Asked(Rows, told: 0)), StringComparison.Ordinal);
        Assert.Contains("Add rows at the end of the file, with 'kind'", Refusal(Asked(Rows, told: 0)), StringComparison.Ordinal);
        Assert.Equal([1, 1, 1], TestTables.ReadAll(After(Asked(Rows, told: 0, _ => "a")).Next).AllInputs[1].Tokens[..3].ToArray());
    }

    private static Table Table(Func<int, string?> kind) => new("a table",
    [
        new Column("y", [.. Enumerable.Range(0, Rows).Select(row => Math.Sin(row * 0.7) + (row * 0.01))]),
        new Column("kind", [.. Enumerable.Range(0, Rows).Select(kind)]),
    ]);
}
