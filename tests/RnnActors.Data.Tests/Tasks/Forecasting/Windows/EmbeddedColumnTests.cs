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

    /// <summary>
    /// The law: of each row that is forecast its category is read, however many windows the horizon is long. Behind a series' end stands nothing.
    /// </summary>
    [Theory]
    [InlineData(3, 2)]
    [InlineData(2, 5)]
    [InlineData(1, 3)]
    public void What_is_known_ahead_is_read_at_the_rows_that_are_forecast(int window, int horizon)
    {
        const int Each = 30;
        static int Token(int row) => 1 + (row * row % 7 % 3);
        Table table = new("two series",
        [
            new Column("id", (string?[])[.. Enumerable.Range(0, 2 * Each).Select(row => row < Each ? "x" : "y")]),
            new Column("y", [.. Enumerable.Range(0, 2 * Each).Select(row => row % Each < Each - horizon ? Math.Sin(row * 0.7) : double.NaN)]),
            new Column("kind", (string?[])[.. Enumerable.Range(0, 2 * Each).Select(row => $"k{Token(row)}")]),
        ]);
        ForecastTask task = ForecastTask.Prepare(
            Spec with { Window = window, Horizon = horizon, Embedded = ["kind"], Known = ["kind"], Series = ["id"] }, table);
        int[] ahead = [0, .. Enumerable.Range(0, horizon).Where(i => i % window == 0).Select(i => horizon - i)];
        Assert.Equal(ahead.Length, task.Train.Inputs.Count - 1);
        foreach (WindowDataset part in (WindowDataset[])[task.Train, task.Validation!, task.Test!, task.Next])
        {
            Batch batch = TestTables.ReadAll(part);
            for (int row = 0; row < part.Rows; row++)
            {
                Window own = part.At(row);
                HashSet<int> read = [];
                for (int input = 0; input < ahead.Length; input++)
                {
                    for (int t = 0; t < window; t++)
                    {
                        int at = own.Origin - window + t + ahead[input];
                        Assert.Equal(at < Each * (own.Series + 1) ? Token(at) : 0, batch.AllInputs[1 + input].Tokens[(t * part.Rows) + row]);
                        read.Add(at);
                    }
                }

                Assert.All(Enumerable.Range(own.Origin, horizon), at => Assert.Contains(at, read));
            }
        }

        Assert.Contains("column 'kind' must be known for", Assert.Throws<InvalidInputException>(() => ForecastTask.LoadTrained(
            task.Preparation, table.Select([.. Enumerable.Range(0, Each - 1)])).Next).Message, StringComparison.Ordinal);
    }

    /// <summary>Known ahead, an empty cell is no hole: it is what a one-hot column says with zeros alone.</summary>
    [Fact]
    public void An_empty_cell_of_what_is_known_ahead_is_a_category_of_its_own()
    {
        ForecastDataSpec spec = Spec with { Embedded = ["kind"], Known = ["kind"] };
        ForecastTask task = ForecastTask.Prepare(spec, Table(row => row % 4 == 0 ? "sale" : null));
        Assert.Equal(["", "sale"], task.Panel.Preparation.Embedded![0].Categories);
        Assert.Equal([2, 1, 1, 1, 2], Enumerable.Range(0, 5).Select(row => task.Panel.Tokens[2 * row]));
        Assert.Contains(task.Notes, note => note.Contains("kind: 45 of 60 rows are empty", StringComparison.Ordinal));

        ForecastTask without = ForecastTask.Prepare(spec, Table(row => row == 50 ? null : "sale"));
        Assert.Equal([1, 0, 1], Enumerable.Range(49, 3).Select(row => without.Panel.Tokens[2 * row]));
        Assert.Contains(without.Notes, note => note.Contains("kind: no training row has an empty cell", StringComparison.Ordinal));
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

    /// <summary>
    /// The law: a vector for a category is a weight for each value of its one-hot column, of the rows of the window and of those that are known ahead.
    /// </summary>
    [Theory]
    [InlineData(3, "kind")]
    [InlineData(3, "kind", "kind_ahead")]
    [InlineData(1, "kind", "kind_ahead", "kind_ahead_2")]
    public void An_embedding_is_a_product_with_one_hot_columns(int window, params string[] reads)
    {
        Table table = Table(row => (row % 5 % 3) switch { 0 => "a", 1 => "b", _ => "c" });
        ForecastDataSpec spec = Spec with { Window = window, Known = reads.Length > 1 ? ["kind"] : [] };
        ForecastTask embedded = ForecastTask.Prepare(spec with { Embedded = ["kind"] }, table),
            oneHot = ForecastTask.Prepare(spec with { Inputs = ["y", "kind"] }, table);
        Assert.Equal(reads, embedded.Train.Inputs.Skip(1).Select(input => input.Name));
        Model model = new(
            new ModelSpec([new Gru(4), new Dense(2)]).WithEmbeddings([.. reads.Select(name => (name, 3))]), embedded.Train.Inputs),
            plain = new(new ModelSpec([new Gru(4), new Dense(2)]), oneHot.Input);
        var own = model.CreateParameters(5);
        var other = plain.CreateParameters(6);
        static Span<float> Of(Model of, AlignedBuffer all, string name) => of.Layout[name].Of(all.Span);
        foreach (var slot in plain.Layout.Slots)
            if (slot.Name != "gru.weight_ih_l0") Of(model, own, slot.Name).CopyTo(Of(plain, other, slot.Name));
        Span<float> weight = Of(model, own, "gru.weight_ih_l0"), wide = Of(plain, other, "gru.weight_ih_l0");
        int width = 1 + (3 * reads.Length);
        for (int row = 0; row < 12; row++)
        {
            wide[row * width] = weight[row * width];
            for (int read = 0; read < reads.Length; read++)
            {
                Span<float> vectors = Of(model, own, $"category_{read + 1}.weight");
                int first = (row * width) + 1 + (3 * read);
                for (int category = 0; category < 3; category++)
                {
                    float sum = 0;
                    for (int i = 0; i < 3; i++) sum += weight[first + i] * vectors[((category + 1) * 3) + i];
                    wide[first + category] = sum;
                }
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
        Refused(Spec with { Embedded = ["kind", "kind_ahead"], Known = ["kind"] }, "two inputs would be called 'kind_ahead'");
        Refused(Spec with { Embedded = ["kind"], Known = ["kind"], Window = 1, Horizon = 65 }, "Give a longer data.window");
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
