using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Sequences;
using Xunit;

namespace RnnActors.Core.Tests.Models;

public sealed class ModelSummaryTests
{
    [Fact]
    public void The_table_shows_every_layer_with_its_shape_and_parameters()
    {
        var model = new Model(new ModelSpec([new Embedding(64), new Lstm(256, true) { Layers = 2 }, new Dropout(0.1), new Dense(65)]), Shape.Tokens(65));
        Assert.Equal(
            """
            Layer      Output shape          Parameters
            ───────────────────────────────────────────
            input      (rows, steps) tokens           0
            embedding  (rows, steps, 64)          4,160
            lstm × 2   (rows, steps, 256)       856,064
            dropout    (rows, steps, 256)             0
            dense      (rows, steps, 65)         16,705
            ───────────────────────────────────────────
            Total parameters: 876,929 (3,425.5 KB)

            """.ReplaceLineEndings("\n"),
            ModelSummary.Of(model));
    }

    [Fact]
    public void Layers_of_one_kind_are_counted_apart()
    {
        var model = new Model(new ModelSpec([new Gru(3, true), new Gru(2), new Dense(1), new Dense(4)]), new Shape(5));
        string summary = ModelSummary.Of(model);
        string[] lines = summary.Split('\n');
        Assert.Equal(["gru", "gru_1", "dense", "dense_1"], lines[3..7].Select(line => line.Split(' ')[0]));
        int[] counts = [.. lines[3..7].Select(line => int.Parse(line.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(model.Layout.Count, counts.Sum());
        Assert.Equal([90, 42, 3, 8], counts);
    }
}
