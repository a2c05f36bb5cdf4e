using System.Text.Json;
using Parquet;
using Parquet.Schema;
using RnnActors.Core.Problems;

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
        foreach (Field field in reader.Schema.Fields)
        {
            if (field is DataField { IsArray: false, MaxRepetitionLevel: 0 } data)
                await AddAsync(table, groups, data, rows, isPandas, zones).ConfigureAwait(false);
            else table.AddOther(field.Name, rows, "lists or structures");
        }

        foreach (ParquetRowGroupReader group in groups) group.Dispose();
    }

    private static async Task AddAsync(
        ColumnarTable table, List<ParquetRowGroupReader> groups, DataField field, int rows, bool isPandas, Dictionary<string, string> zones)
    {
        Type type = field.ClrType;
        if (type == typeof(string) || type == typeof(ReadOnlyMemory<char>))
            table.AddTexts(field.Name, await TextsAsync(groups, field, rows).ConfigureAwait(false));
        else if (type == typeof(bool)) table.AddBooleans(field.Name, await ValuesAsync<bool>(groups, field, rows).ConfigureAwait(false));
        else if (type == typeof(DateTime))
        {
            DateTime?[] dates = await ValuesAsync<DateTime>(groups, field, rows).ConfigureAwait(false);
            string? zone = zones.GetValueOrDefault(field.Name);
            // Pandas used to mark times without a zone as UTC, and tells the zone itself.
            bool isUtc = zone is not null || (!isPandas && field is DateTimeDataField { IsAdjustedToUTC: true, DateTimeFormat: not DateTimeFormat.Date });
            table.AddDates(field.Name, [.. dates.Select(date => date is { Kind: DateTimeKind.Local } local ? local.ToUniversalTime() : date)], isUtc, zone);
        }
        else if (type == typeof(DateOnly))
        {
            DateOnly?[] days = await ValuesAsync<DateOnly>(groups, field, rows).ConfigureAwait(false);
            table.AddDates(field.Name, [.. days.Select(day => day?.ToDateTime(default))], isUtc: false, null);
        }
        else if (await NumbersAsync(groups, field, rows).ConfigureAwait(false) is { } numbers) table.AddNumbers(field.Name, numbers);
        else table.AddOther(field.Name, rows, type.IsGenericType || type.IsArray ? "binary values" : $"values of the type {type.Name}");
    }

    private static async Task<double[]?> NumbersAsync(List<ParquetRowGroupReader> groups, DataField field, int rows) => Type.GetTypeCode(field.ClrType) switch
    {
        TypeCode.Double => Doubles(await ValuesAsync<double>(groups, field, rows).ConfigureAwait(false), value => value),
        TypeCode.Single => Doubles(await ValuesAsync<float>(groups, field, rows).ConfigureAwait(false), value => value),
        TypeCode.SByte => Doubles(await ValuesAsync<sbyte>(groups, field, rows).ConfigureAwait(false), value => value),
        TypeCode.Byte => Doubles(await ValuesAsync<byte>(groups, field, rows).ConfigureAwait(false), value => value),
        TypeCode.Int16 => Doubles(await ValuesAsync<short>(groups, field, rows).ConfigureAwait(false), value => value),
        TypeCode.UInt16 => Doubles(await ValuesAsync<ushort>(groups, field, rows).ConfigureAwait(false), value => value),
        TypeCode.Int32 => Doubles(await ValuesAsync<int>(groups, field, rows).ConfigureAwait(false), value => value),
        TypeCode.UInt32 => Doubles(await ValuesAsync<uint>(groups, field, rows).ConfigureAwait(false), value => value),
        TypeCode.Int64 => Doubles(await ValuesAsync<long>(groups, field, rows).ConfigureAwait(false), value => value),
        TypeCode.UInt64 => Doubles(await ValuesAsync<ulong>(groups, field, rows).ConfigureAwait(false), value => value),
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

    /// <summary>Whether pandas wrote the file, and the time zones of its columns as it tells them.</summary>
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
            return (false, zones); // what other tools make of the entry is theirs
        }

        return (true, zones);
    }
}
