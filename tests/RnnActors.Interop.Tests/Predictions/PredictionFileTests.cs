using Parquet;
using RnnActors.Core.Problems;
using RnnActors.Data.NumPy;
using RnnActors.Data.Tasks;
using RnnActors.Interop.Predictions;
using Xunit;

namespace RnnActors.Interop.Tests.Predictions;

public sealed class PredictionFileTests : IDisposable
{
    private static readonly PredictionTable Table =
        new([new PredictionColumn("word", (IReadOnlyList<string>)["a", "b, \"c\""]), new PredictionColumn("p", [0.25, double.NaN])]);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_ending_of_the_name_says_what_is_written()
    {
        Assert.Equal(["word,p", "a,0.25", "\"b, \"\"c\"\"\",NaN"], Written("x.csv"));
        Assert.Equal(["{\"word\":\"a\",\"p\":0.25}", "{\"word\":\"b, \\\"c\\\"\",\"p\":\"NaN\"}"], Written("x.jsonl"));
        Assert.Equal(Written("x.csv"), Written("x.txt"));
        PredictionFile.Write(_folder.File("x.json"), Table, isJson: true);
        Assert.Equal(Written("x.jsonl"), File.ReadAllLines(_folder.File("x.json")));
    }

    [Fact]
    public async Task Parquet_and_numpy_have_the_same_values()
    {
        PredictionFile.Write(_folder.File("x.npz"), Table);
        var arrays = NpzFile.Read(_folder.File("x.npz"));
        Assert.Equal(["word", "p"], arrays.Select(array => array.Name));
        Assert.Equal(["a", "b, \"c\""], arrays[0].Array.ToTexts());
        Assert.Equal([0.25, double.NaN], arrays[1].Array.ToDoubles());

        PredictionFile.Write(_folder.File("x.npy"), Table);
        using (FileStream file = File.OpenRead(_folder.File("x.npy")))
        {
            var columns = NpyFile.ReadColumns(file, file.Length, "x.npy");
            Assert.Equal(["word", "p"], columns.Select(column => column.Name));
            Assert.Equal(["a", "b, \"c\""], columns[0].Column.ToTexts());
            Assert.Equal([0.25, double.NaN], columns[1].Column.ToDoubles());
        }

        PredictionFile.Write(_folder.File("x.parquet"), Table);
        await using ParquetReader reader = await ParquetReader.CreateAsync(_folder.File("x.parquet"));
        Assert.Equal(["word", "p"], reader.Schema.DataFields.Select(field => field.Name));
        Assert.Equal(2, (int)reader.Metadata!.NumRows);
    }

    [Fact]
    public void What_cannot_be_written_is_refused()
    {
        PredictionTable twice = new([Table.Columns[1], Table.Columns[1]]);
        Assert.Contains("two columns are called 'p'", Assert.Throws<InvalidInputException>(() => PredictionFile.Write(_folder.File("x.npz"), twice)).Message,
            StringComparison.Ordinal);
        Assert.Contains("cannot be written", Assert.Throws<InvalidInputException>(() => PredictionFile.Write(_folder.File("no/x.csv"), Table)).Message,
            StringComparison.Ordinal);
    }

    private string[] Written(string name)
    {
        PredictionFile.Write(_folder.File(name), Table);
        return File.ReadAllLines(_folder.File(name));
    }
}
