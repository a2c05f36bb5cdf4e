using System.Globalization;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Training;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.Forecasting.Windows;
using Xunit;

namespace RnnActors.Data.Tests.Tables;

/// <summary>Alone, since it is measured what is held in memory.</summary>
[CollectionDefinition(nameof(TableMemoryTests), DisableParallelization = true)]
public sealed class TableMemoryCollection;

/// <summary>Numbers are held, and not their text: 300 MB of it took 2.9 GB.</summary>
[Collection(nameof(TableMemoryTests))]
public sealed class TableMemoryTests : IDisposable
{
    private const int Rows = 100_000, Columns = 11;

    private readonly string _folder = Directory.CreateTempSubdirectory("rnnactors-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_table_and_what_is_prepared_of_it_take_less_than_twice_its_file()
    {
        string path = Path.Combine(_folder, "table.csv");
        using (StreamWriter file = new(path))
        {
            file.WriteLine("date," + string.Join(',', Enumerable.Range(0, Columns).Select(i => $"x{i}")));
            DateTime time = new(2000, 1, 1);
            Random random = new(1);
            for (int row = 0; row < Rows; row++, time = time.AddMinutes(15))
            {
                file.Write(time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
                for (int i = 0; i < Columns; i++) file.Write(string.Create(CultureInfo.InvariantCulture, $",{random.NextDouble() * 100:F6}"));
                file.Write('\n');
            }
        }

        double bytes = new FileInfo(path).Length;
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Table table = TableFile.Read(path, new());
        Assert.Equal((Rows, Columns), (table.Rows, table.Columns.Count));
        Assert.InRange((GC.GetTotalMemory(forceFullCollection: true) - before) / bytes, 0.5, 1.0);

        ForecastTask task = ForecastTask.Prepare(new ForecastDataSpec { Inputs = ["*"], Targets = ["x0"], Window = 96, Horizon = 24 }, table);
        Assert.InRange((GC.GetTotalMemory(forceFullCollection: true) - before) / bytes, 0.5, 1.6);
        GC.KeepAlive(task);
        GC.KeepAlive(table);
        (task, table) = (null!, null!);

        // Of a file the table itself goes, and half as many bytes stay: what windows read. They are given back when it is prepared, and not some time later.
        _ = GC.GetTotalMemory(forceFullCollection: true);
        long committed = GC.GetGCMemoryInfo(GCKind.FullBlocking).TotalCommittedBytes;
        ForecastTask loaded = ForecastTask.Load(
            new ForecastDataSpec { Path = path, Inputs = ["*"], Targets = ["x0"], Window = 96, Horizon = 24 }, _folder);
        Assert.InRange((GC.GetTotalMemory(forceFullCollection: false) - before) / bytes, 0.2, 0.7);
        Assert.InRange(GC.GetGCMemoryInfo(GCKind.FullBlocking).TotalCommittedBytes - committed, long.MinValue, (long)(0.7 * bytes));
        GC.KeepAlive(loaded);
    }

    /// <summary>A score keeps what the network said, and sums: two numbers for each value and interval were five times as much.</summary>
    [Fact]
    public void A_score_keeps_one_number_for_each_forecast_value()
    {
        const int rows = 30_000, horizon = 24;
        Random random = new(1);
        ForecastDataSpec spec = new() { Targets = ["y"], Inputs = ["y"], Window = 4, Horizon = horizon, Split = new(0.2, 0.05, 0.75) };
        ForecastTask task = ForecastTask.Prepare(spec, new Table("noise", [new Column("y", [.. Enumerable.Range(0, rows).Select(_ => random.NextDouble())])]));
        Model model = new(new ModelSpec([new Lstm(2), new Dense(horizon)]), task.Input);
        TrainingSpec training = new() { Loss = new MeanSquaredError(), Optimizer = new Adam(0.01) };
        TrainedNetwork network = new(model, training, model.CreateParameters(3), threads: 1);
        ForecastIntervals intervals = ForecastIntervals.Fit(network, task.Validation)!;
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Score score = ForecastScore.Of(task, network, task.Test!, "test", NetworkOutputs.Of(network, task.Test!), intervals);
        double bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(bytes / ((double)task.Test!.Rows * horizon), 3, 8);
        Assert.Equal(2, score.Intervals.Count);
        GC.KeepAlive(task);
        GC.KeepAlive(score);
    }
}
