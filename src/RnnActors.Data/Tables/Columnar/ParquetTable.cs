using System.Text.Json;
using Parquet;
using Parquet.Schema;
using RnnActors.Core.Problems;
using SchemaElement = Parquet.Meta.SchemaElement;

namespace RnnActors.Data.Tables;

/// <summary>Reads a Parquet file.</summary>
internal static class ParquetTable
{
    public static Table Read(byte[] bytes, string shown, CsvFormat format, List<string> notes)
    {
        ColumnarTable table = new(shown, format, notes);
        try
        {
            FillAsync(table, bytes, ParquetFooter.Check(bytes)).GetAwaiter().GetResult();
        }
        catch (Exception problem) when (problem is not InvalidInputException)
        {
            throw new InvalidInputException(
                $"The Parquet file cannot be read: {problem.Message.TrimEnd('.')}", "Write it anew, or as Arrow or CSV", new(shown), problem);
        }

        return table.Build();
    }

    private static async Task FillAsync(ColumnarTable table, byte[] bytes, ParquetFooter footer)
    {
        using BoundedStream stream = new(bytes, footer);
        await using ParquetReader reader = await ParquetReader.CreateAsync(stream).ConfigureAwait(false);
        List<ParquetRowGroupReader> groups = [.. Enumerable.Range(0, reader.RowGroupCount).Select(reader.OpenRowGroupReader)];
        int rows = checked((int)groups.Sum(group => group.RowCount));
        (bool isPandas, Dictionary<string, string> zones) = Zones(reader.CustomMetadata);
        Dictionary<SchemaElement, StoredNumbers> stored = [];
        HashSet<SchemaElement> halves = [];
        foreach (SchemaElement element in reader.Metadata?.Schema ?? [])
        {
            if (StoredNumbers.TakeFrom(element) is { } numbers) stored.Add(element, numbers);
            if (element.LogicalType?.FLOAT16 is null) continue;
            element.LogicalType = null; // the library has no type for it, and would read none of the columns
            halves.Add(element);
        }

        foreach (Field field in reader.Schema.Fields)
        {
            if (field is not DataField { IsArray: false, MaxRepetitionLevel: 0, SchemaElement: { } element } data)
            {
                table.AddOther(field.Name, rows, "lists or structures");
                continue;
            }

            try
            {
                string? zone = zones.GetValueOrDefault(field.Name);
                if (stored.TryGetValue(element, out StoredNumbers? numbers))
                    await AddStoredAsync(table, groups, data, rows, numbers, isPandas, zone).ConfigureAwait(false);
                else if (halves.Contains(element)) table.AddUnread(field.Name, rows, "it has numbers of 16 bits");
                else await AddAsync(table, groups, data, rows, isPandas, zone).ConfigureAwait(false);
            }
            catch (Exception problem) when (problem is NotSupportedException or DivideByZeroException)
            {
                // Any other exception comes from the library for run-length encoded booleans, as in pages of version 2.
                table.AddUnread(field.Name, rows, problem is NotSupportedException ? problem.Message.TrimEnd('.') : "its booleans are packed as runs (RLE)");
            }
        }

        foreach (ParquetRowGroupReader group in groups) group.Dispose();
    }

    private static async Task AddStoredAsync(
        ColumnarTable table, List<ParquetRowGroupReader> groups, DataField field, int rows, StoredNumbers numbers, bool isPandas, string? zone)
    {
        if (numbers.AreTimesOfDay)
        {
            table.AddOther(field.Name, rows, "times of day");
            return;
        }

        long?[] values = field.ClrType == typeof(long) ? await ValuesAsync<long>(groups, field, rows).ConfigureAwait(false)
            : [.. (await ValuesAsync<int>(groups, field, rows).ConfigureAwait(false)).Select(value => (long?)value)];
        // Pandas used to mark times without a time zone as UTC; it stores the zone itself.
        if (numbers.AreDates)
            table.AddDates(field.Name, [.. values.Select(value => value is { } known ? numbers.ToDate(known) : (DateTime?)null)],
                zone is not null || (!isPandas && numbers.AreUtc), zone);
        else table.AddNumbers(field.Name, Doubles(values, numbers.ToNumber));
    }

    private static async Task AddAsync(
        ColumnarTable table, List<ParquetRowGroupReader> groups, DataField field, int rows, bool isPandas, string? zone)
    {
        Type type = field.ClrType;
        if (type == typeof(string) || type == typeof(ReadOnlyMemory<char>))
            table.AddTexts(field.Name, await TextsAsync(groups, field, rows).ConfigureAwait(false));
        else if (type == typeof(bool)) table.AddBooleans(field.Name, await ValuesAsync<bool>(groups, field, rows).ConfigureAwait(false));
        else if (type == typeof(DateTime))
        {
            // A day in 32 bits and nanoseconds in 64, as Spark writes times: in UTC.
            DateTime?[] dates = await ValuesAsync<DateTime>(groups, field, rows).ConfigureAwait(false);
            table.AddDates(field.Name, [.. dates.Select(date => date is { Kind: DateTimeKind.Local } local ? local.ToUniversalTime() : date)],
                zone is not null || !isPandas, zone);
        }
        else if (await NumbersAsync(groups, field, rows).ConfigureAwait(false) is { } numbers) table.AddNumbers(field.Name, numbers);
        else table.AddOther(field.Name, rows, type.IsGenericType || type.IsArray ? "binary values" : $"values of the type {type.Name}");
    }

    private static async Task<double[]?> NumbersAsync(List<ParquetRowGroupReader> groups, DataField field, int rows) => Type.GetTypeCode(field.ClrType) switch
    {
        TypeCode.Double => Doubles(await ValuesAsync<double>(groups, field, rows).ConfigureAwait(false), value => value),
        TypeCode.Single => Doubles(await ValuesAsync<float>(groups, field, rows).ConfigureAwait(false), value => value),
        TypeCode.Decimal => Doubles(await ValuesAsync<decimal>(groups, field, rows).ConfigureAwait(false), value => (double)value),
        _ => null,
    };

    private static double[] Doubles<T>(T?[] values, Func<T, double> toDouble)
        where T : struct => [.. values.Select(value => value is { } known ? toDouble(known) : double.NaN)];

    private static async Task<T?[]> ValuesAsync<T>(List<ParquetRowGroupReader> groups, DataField field, int rows)
        where T : struct
    {
        T?[] all = new T?[rows];
        int at = 0;
        foreach (ParquetRowGroupReader group in groups)
        {
            int count = (int)group.RowCount;
            if (field.IsNullable) await group.ReadAsync<T>(field, all.AsMemory(at, count)).ConfigureAwait(false);
            else
            {
                T[] values = new T[count];
                await group.ReadAsync<T>(field, values.AsMemory()).ConfigureAwait(false);
                for (int i = 0; i < count; i++) all[at + i] = values[i];
            }

            at += count;
        }

        return all;
    }

    private static async Task<string?[]> TextsAsync(List<ParquetRowGroupReader> groups, DataField field, int rows)
    {
        string?[] all = new string?[rows];
        int at = 0;
        foreach (ParquetRowGroupReader group in groups)
        {
            int count = (int)group.RowCount;
            await group.ReadAsync(field, all.AsMemory(at, count)!).ConfigureAwait(false);
            at += count;
        }

        return all;
    }

    /// <summary>Whether pandas wrote the file, and the time zones of its columns.</summary>
    private static (bool IsPandas, Dictionary<string, string> Zones) Zones(IReadOnlyDictionary<string, string>? metadata)
    {
        Dictionary<string, string> zones = [];
        if (metadata?.GetValueOrDefault("pandas") is not { } text) return (false, zones);
        try
        {
            using var document = JsonDocument.Parse(text);
            foreach (JsonElement column in document.RootElement.GetProperty("columns").EnumerateArray())
            {
                string? name = column.TryGetProperty("field_name", out JsonElement field) ? field.GetString() : column.GetProperty("name").GetString();
                bool hasZone = column.TryGetProperty("metadata", out JsonElement more) && more.ValueKind == JsonValueKind.Object
                    && more.TryGetProperty("timezone", out JsonElement zone) && zone.ValueKind == JsonValueKind.String;
                if (name is not null && hasZone) zones[name] = more.GetProperty("timezone").GetString()!;
            }
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return (false, zones); // another tool's entry, which is not understood
        }

        return (true, zones);
    }
}
