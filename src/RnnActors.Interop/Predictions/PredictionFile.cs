using Parquet;
using Parquet.Schema;
using RnnActors.Core.Problems;
using RnnActors.Data.Tasks;
using RnnActors.Data.NumPy;

namespace RnnActors.Interop.Predictions;

/// <summary>Writes a network's answer to a file: CSV, JSON lines, Parquet or NumPy, by the file's extension.</summary>
public static class PredictionFile
{
    private static readonly string[] Known = [".CSV", ".JSONL", ".NDJSON", ".PARQUET", ".NPY", ".NPZ"];

    /// <summary>
    /// A note for users about a file whose extension names no format: which format it gets, and the known extensions. Null for a known extension.
    /// </summary>
    /// <inheritdoc cref="Write" path="/param"/>
    public static string? FormatNote(string path, bool isJson = false) => Known.Contains(Path.GetExtension(path).ToUpperInvariant())
        ? null
        : $"as {(isJson ? "JSON lines" : "CSV")}; endings that say otherwise are {string.Join(", ", Known.Select(known => known.ToLowerInvariant()))}";

    /// <param name="isJson">Whether a file without a known extension is written as JSON lines instead of CSV.</param>
    /// <exception cref="InvalidInputException">The file cannot be written, or the format needs unique names and a name occurs twice.</exception>
    public static void Write(string path, PredictionTable table, bool isJson = false)
    {
        try
        {
            switch (Path.GetExtension(path).ToUpperInvariant())
            {
                case ".PARQUET":
                    WriteParquet(path, table);
                    break;
                case ".NPY":
                    using (FileStream stream = File.Create(path)) NpyFile.Write(stream, Arrays(path, table));
                    break;
                case ".NPZ":
                    using (FileStream stream = File.Create(path)) NpzFile.Write(stream, Arrays(path, table));
                    break;
                case ".JSONL" or ".NDJSON":
                    File.WriteAllLines(path, table.ToJsonLines());
                    break;
                case ".CSV":
                    File.WriteAllLines(path, table.ToCsv());
                    break;
                default:
                    File.WriteAllLines(path, isJson ? table.ToJsonLines() : table.ToCsv());
                    break;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InvalidInputException($"the answer cannot be written: {e.Message.TrimEnd('.')}", "Give another file with --out", new SourceLocation(path),
                e);
        }
    }

    private static (string Name, NumPyArray Array)[] Arrays(string path, PredictionTable table) =>
    [
        .. Distinct(path, table).Select(column =>
            (column.Name, column.Numbers is { } numbers ? NumPyArray.Of([.. numbers], numbers.Count) : NumPyArray.Of(column.Cells))),
    ];

    private static IReadOnlyList<PredictionColumn> Distinct(string path, PredictionTable table) =>
        table.Columns.GroupBy(column => column.Name).FirstOrDefault(group => group.Count() > 1)?.Key is { } twice
            ? throw new InvalidInputException($"two columns are called '{twice}', and in such a file names must be unique", "Write CSV",
                new SourceLocation(path))
            : table.Columns;

    private static void WriteParquet(string path, PredictionTable table) => Task.Run(async () =>
    {
        var columns = Distinct(path, table);
        DataField[] fields =
            [.. columns.Select(column => column.Numbers is null ? new DataField<string>(column.Name) : (DataField)new DataField<double>(column.Name))];
        FileStream stream = File.Create(path);
        await using (stream.ConfigureAwait(false))
        {
            ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), stream).ConfigureAwait(false);
            await using (writer.ConfigureAwait(false))
            {
                using ParquetRowGroupWriter group = writer.CreateRowGroup();
                for (int i = 0; i < fields.Length; i++)
                {
                    if (columns[i].Numbers is { } numbers) await group.WriteAsync<double>(fields[i], numbers.ToArray()).ConfigureAwait(false);
                    else await group.WriteAsync(fields[i], columns[i].Cells.ToArray()).ConfigureAwait(false);
                }
            }
        }
    }).GetAwaiter().GetResult();
}
