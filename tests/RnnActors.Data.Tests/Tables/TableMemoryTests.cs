using System.Globalization;
using RnnActors.Data.Tables;
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
    }
}
