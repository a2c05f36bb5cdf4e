using RnnActors.Core.Layers;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Data.Specifications;
using RnnActors.Data.Splits;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.Forecasting.Windows;
using RnnActors.Data.Tasks.LanguageModeling;
using RnnActors.Data.Tests.Tasks.Forecasting.Baselines;
using Xunit;

namespace RnnActors.Data.Tests.Specifications;

public class RunSpecificationTests
{
    /// <summary>Time and memory grew with the square of the layers: a client's specification of a megabyte held its cluster up for minutes.</summary>
    [Fact]
    public void Layers_without_end_take_memory_in_proportion()
    {
        const int Layers = 3000;
        string model = string.Join(", ", Enumerable.Repeat("{ \"dense\": 2 }", Layers)), forecast = "{ \"lstm\": 64, \"layers\": 2, \"dropout\": 0.1 }";
        Assert.Contains(forecast, Examples.Forecast, StringComparison.Ordinal);
        string many = Examples.Forecast.Replace(forecast, $"{forecast}, {model}", StringComparison.Ordinal);
        long before = GC.GetAllocatedBytesForCurrentThread();
        RunSpecification run = RunSpecification.Parse(many, "f.json", "/folder");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200 << 20);
        Assert.Equal(Layers + 2, run.Model.Layers.Count);
        string wrong = many.Replace($"{model}, ", $"{model}, {{ \"embedding\": 4 }}, ", StringComparison.Ordinal);
        Assert.Contains(
            $"model.{Layers + 1} does not fit", Assert.Throws<InvalidInputException>(() => RunSpecification.Parse(wrong, "f.json", "/folder")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_forecast_reads_as_it_stands()
    {
        RunSpecification run = RunSpecification.Parse(Examples.Forecast, "f.json", "/folder");
        var data = Assert.IsType<ForecastDataSpec>(run.Data);

        Assert.Equal("forecast", run.Task.Name);
        Assert.Equal(Path.GetFullPath("/folder/ETTh1.csv"), run.DataPath);
        Assert.Equal(("date", 96, 24, new SplitSpec(8640, 2880, 2880)), (data.Time, data.Window, data.Horizon, data.Split));
        Assert.Equal([new Lstm(64) { Layers = 2, Dropout = 0.1 }, new Dense()], run.Model.Layers);
        Assert.Equal(
            new TrainingSpec { Loss = new MeanSquaredError(), Optimizer = new Adam(0.001), ClipNorm = 1, EarlyStopping = new(3) }, run.Training);
        Assert.Equal(new CheckpointSpec(200, 3), run.Checkpoint);
    }

    [Fact]
    public void The_language_model_reads_as_it_stands()
    {
        RunSpecification run = RunSpecification.Parse(Examples.LanguageModel, "t.json", "/folder");

        Assert.Equal(new TextDataSpec { Path = "input.txt", Steps = 64, Split = new(0.9, 0.1) }, run.Data);
        Assert.Equal([new Embedding(64), new Lstm(256) { Layers = 2, ReturnSequences = true }, new Dense()], run.Model.Layers);
        Assert.Equal(new CosineSchedule { WarmupSteps = 100 }, run.Training.Schedule);
        Assert.Equal((64, 8, 5, 5.0), (run.Training.Batch, run.Training.Shards, run.Training.Epochs, run.Training.ClipNorm));
    }

    [Fact]
    public void A_linear_path_beside_the_recurrent_one_reads_the_window_whatever_its_length()
    {
        string text = Examples.Forecast.Replace(
            "{ \"lstm\": 64, \"layers\": 2, \"dropout\": 0.1 },",
            "{ \"segments\": 12 }, { \"lstm\": 64 }, { \"flatten\": \"window\", \"reads\": [\"input\"] }, { \"concatenate\": true, \"reads\": [\"lstm\", "
            + "\"flatten\"] },",
            StringComparison.Ordinal);
        foreach (string window in new[] { "96", "48" })
        {
            RunSpecification run = RunSpecification.Parse(text.Replace("\"window\": 96", $"\"window\": {window}", StringComparison.Ordinal), "f.json", "");
            Assert.Equal(new Flatten { Reads = new("input") }, run.Model.Layers[2]);
            Assert.Equal(run.ToJson(), RunSpecification.Parse(run.ToJson(), "f.json", "").ToJson());
        }
    }

    [SharedDataFact]
    public void The_forecast_prepares_its_data()
    {
        RunSpecification run = RunSpecification.Parse(Examples.Forecast, "f.json", Path.Combine(SharedDataFactAttribute.Folder, "etth1"));
        ForecastTask task = ForecastTask.Load((ForecastDataSpec)run.Data, run.BaseDirectory);

        Assert.Equal((96, 7, 24), (task.Train.Steps, task.Input.Features, task.Target.Outputs));
        Assert.False(task.Target.IsSequence);
    }

    [Fact]
    public void Canonical_json_reads_back_as_the_same_specification()
    {
        foreach (string text in Examples.All)
        {
            RunSpecification run = RunSpecification.Parse(text, "a.json", "");
            string json = run.ToJson();
            RunSpecification read = RunSpecification.Parse(json, "canonical", "");

            Assert.Equal(json, read.ToJson());
            Assert.Equal(json, run.With([]).ToJson());
            Assert.Empty(RunSpecification.Differences(run, read));
        }
    }

    [Theory]
    [InlineData("\"task\": \"forecast\",", "\"task\": \"forcast\",", "a.json:1:11: unknown value \"forcast\" in task. Did you mean \"forecast\"?")]
    [InlineData("\"task\": \"forecast\",", "", "a.json:1:1: the specification lacks the key \"task\".")]
    [InlineData("\"task\"", "\"tsk\"", "a.json:1:3: unknown key \"tsk\" in a specification. Did you mean \"task\"?")]
    [InlineData("\"targets\": [\"OT\"], ", "", "a.json:2:11: data lacks the key \"targets\".")]
    [InlineData("[\"OT\"]", "\"OT\"", "a.json:2:78: data.targets must be a list of column names, at least 1, not the string \"OT\". Write [\"OT\"].")]
    [InlineData("\"window\"", "\"widnow\"", "a.json:2:86: unknown key \"widnow\" in data. Did you mean \"window\"?")]
    [InlineData("\"train\": 8640", "\"train\": 0", "a.json:3:33: data.split.train is 0: there would be nothing to train on.")]
    [InlineData("\"train\": 8640", "\"train\": 1.5",
        "a.json:3:33: data.split.train must be a fraction from 0 to 1 or a whole number of rows, or \"rest\", not 1.5.")]
    [InlineData("8640, \"validation\": 2880", "0.9, \"validation\": 0.2", "a.json:3:22: the fractions of data.split add up to 1.1. Make them")]
    [InlineData("\"validation\": 2880", "\"validation\": 0",
        "a.json:6:34: training.earlyStopping follows the validation loss, but the split has no validation rows.")]
    [InlineData("\"scale\": \"standard\"", "\"relativeTo\": \"seasonal\"", "a.json:3:89: data.relativeTo is \"seasonal\", but there is no season.")]
    [InlineData("\"dense\": \"targets\"", "\"dense\": \"vocabulary\"", "a.json:4:70: model.1.dense must be a whole number from 1 to 65536, or \"targets\"")]
    [InlineData("\"lstm\": 64,", "\"lstm\": 64, \"returnSequences\": true,",
        "a.json:4:47: the model gives every step, but a forecast is one, from the last step.")]
    [InlineData("{ \"lstm\": 64", "{ \"embedding\": 8 }, { \"lstm\": 64",
        "a.json:4:14: model.0 does not fit: an embedding layer reads tokens, but its input is values.")]
    [InlineData("{ \"lstm\": 64", "{ \"segments\": 20 }, { \"lstm\": 64",
        "a.json:4:14: model.0 does not fit: the layer 'segments' cuts rows into segments of 20 steps, but they have 96 steps")]
    [InlineData("{ \"lstm\": 64", "{ \"segments\": 24 }, { \"flatten\": \"window\" }, { \"lstm\": 64",
        "a.json:4:34: model.1 does not fit: the layer 'flatten' reads rows of 96 steps as one value, but they have 4 steps")]
    [InlineData("{ \"lstm\": 64", "{ \"flatten\": \"targets\" }, { \"lstm\": 64",
        "a.json:4:27: model.0.flatten must be a whole number from 1 to 65536, or \"window\"")]
    [InlineData("\"loss\": \"mse\"", "\"loss\": \"crossEntropy\"", "a.json:5:25: the loss crossEntropy does not fit the task: a forecast predicts values.")]
    [InlineData("\"keep\": 3", "\"keep\": 0", "a.json:7:46: checkpoint.keep must be a whole number of at least 1, not 0. The default is 3.")]
    public void What_is_wrong_is_told_with_file_line_and_column(string old, string changed, string expected)
    {
        Assert.Contains(old, Examples.Forecast, StringComparison.Ordinal);
        string text = Examples.Forecast.Replace(old, changed, StringComparison.Ordinal);
        var problem = Assert.Throws<InvalidInputException>(() => RunSpecification.Parse(text, "a.json", ""));
        Assert.StartsWith(expected, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"layers\": 2", "\"bidirectional\": true", "a.json:3:67: model.1 is bidirectional: it would read the text that it should predict.")]
    [InlineData("\"layers\": 2", "\"returnSequences\": false", "a.json:3:69: the model gives only the last step, but a language model predicts at every step.")]
    [InlineData("{ \"embedding\": 64 }, ", "", "a.json:3:14: model.0 does not fit: a lstm layer cannot read tokens. Put an embedding layer before it.")]
    [InlineData("\"crossEntropy\"", "\"mse\"", "a.json:4:25: the loss mse does not fit the task: a language model predicts labels. Choose \"crossEntropy\".")]
    [InlineData("\"batch\": 64", "\"batch\": 4", "a.json:5:26: batch 4 is smaller than its 8 shards")]
    [InlineData("\"batch\": 64", "\"teacherForcing\": { \"final\": 0, \"steps\": 9 }",
        "a.json:5:35: training.teacherForcing is for a decoder that writes a target, but a language model has none.")]
    public void What_no_language_model_can_do_is_refused(string old, string changed, string expected)
    {
        string text = Examples.LanguageModel.Replace(old, changed, StringComparison.Ordinal);
        var problem = Assert.Throws<InvalidInputException>(() => RunSpecification.Parse(text, "a.json", ""));
        Assert.StartsWith(expected, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_read_beside_its_data()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        string path = Path.Combine(folder, "spec.jsonc");
        try
        {
            File.WriteAllText(path, "// comment\n" + Examples.Forecast);
            RunSpecification run = RunSpecification.Load(path, ["training.seed=7", "checkpoint.directory=runs/1"]);
            Assert.Equal(Path.Combine(folder, "ETTh1.csv"), run.DataPath);
            Assert.Equal(run.DataPath, ((ForecastDataSpec)run.WithFullPaths().Data).Path);
            Assert.Equal(Path.Combine(folder, "runs", "1"), run.WithFullPaths().Checkpoint.Directory);
            Assert.Equal(7UL, run.Training.Seed);

            var missing = Assert.Throws<InvalidInputException>(() => RunSpecification.Load(Path.Combine(folder, "spec.json")));
            Assert.EndsWith("there is no such file. Did you mean \"spec.jsonc\"?", missing.Message, StringComparison.Ordinal);
            Assert.Throws<InvalidInputException>(() => RunSpecification.Load(folder));

            File.WriteAllBytes(path, [(byte)'{', (byte)'\n', 0xFF]);
            var encoding = Assert.Throws<InvalidInputException>(() => RunSpecification.Load(path));
            Assert.StartsWith($"{path}:2:1: the byte 0xFF at offset 2 is not utf-8", encoding.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
