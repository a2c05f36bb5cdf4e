using System.Globalization;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Tables;

/// <summary>Reads an Arrow file; a Feather file of version 2 is one too.</summary>
internal static class ArrowTable
{
    public static Table Read(byte[] bytes, string shown, CsvFormat format, List<string> notes)
    {
        ColumnarTable table = new(shown, format, notes);
        try
        {
            Fill(table, bytes);
        }
        catch (Exception problem) when (problem is not InvalidInputException)
        {
            throw new InvalidInputException(
                $"The Arrow file cannot be read: {problem.Message.TrimEnd('.')}", "Write it anew, or as Parquet or CSV", new(shown), problem);
        }

        return table.Build();
    }

    private static void Fill(ColumnarTable table, byte[] bytes)
    {
        ArrowFooter.Check(bytes);
        using BoundedStream stream = new(bytes);
        using ArrowFileReader reader = new(stream, new BoundedAllocator(bytes.Length), new CompressionCodecFactory());
        List<RecordBatch> batches = [];
        for (int batch = 0, count = reader.RecordBatchCountAsync().AsTask().GetAwaiter().GetResult(); batch < count; batch++)
            if (reader.ReadRecordBatchAsync(batch).AsTask().GetAwaiter().GetResult() is { } read) batches.Add(read);
        if (batches.Exists(batch => batch.Arrays.Any(array => array.Length != batch.Length)))
            throw new InvalidDataException("its columns are not as long as it says");
        IReadOnlyList<Field> fields = reader.Schema.FieldsList;
        for (int column = 0; column < fields.Count; column++)
        {
            IArrowArray[] arrays = [.. batches.Select(batch => Plain(batch.Column(column)))];
            Add(table, fields[column].Name, fields[column].DataType is DictionaryType dictionary ? dictionary.ValueType : fields[column].DataType, arrays);
        }

        foreach (RecordBatch batch in batches) batch.Dispose();
    }

    private static void Add(ColumnarTable table, string name, IArrowType type, IArrowArray[] arrays)
    {
        switch (type.TypeId)
        {
            case ArrowTypeId.Boolean:
                table.AddBooleans(name, [.. Rows(arrays, (array, row) => ((BooleanArray)array).GetValue(row))]);
                break;
            case ArrowTypeId.String or ArrowTypeId.LargeString or ArrowTypeId.StringView:
                table.AddTexts(name, [.. Rows(arrays, TextAt)]);
                break;
            case ArrowTypeId.Timestamp:
                var stamp = (TimestampType)type;
                table.AddDates(name, [.. Rows(arrays, TimeAt)], !string.IsNullOrEmpty(stamp.Timezone), stamp.Timezone);
                break;
            case ArrowTypeId.Date32:
                table.AddDates(name, [.. Rows(arrays, (array, row) => ((Date32Array)array).GetDateTime(row))], isUtc: false, null);
                break;
            case ArrowTypeId.Date64:
                table.AddDates(name, [.. Rows(arrays, (array, row) => ((Date64Array)array).GetDateTime(row))], isUtc: false, null);
                break;
            case ArrowTypeId.Null:
                table.AddNumbers(name, [.. arrays.SelectMany(array => Enumerable.Repeat(double.NaN, array.Length))]);
                break;
            default:
                if (arrays.Length > 0 && IsNumber(arrays[0])) table.AddNumbers(name, [.. Rows(arrays, NumberAt)]);
                else table.AddOther(name, arrays.Sum(array => array.Length), $"values of the type {type.Name}");
                break;
        }
    }

    private static IEnumerable<T> Rows<T>(IArrowArray[] arrays, Func<IArrowArray, int, T> at) =>
        arrays.SelectMany(array => Enumerable.Range(0, array.Length).Select(row => at(array, row)));

    /// <summary>Decodes a dictionary column (categories) into its values.</summary>
    private static IArrowArray Plain(IArrowArray array)
    {
        if (array is not DictionaryArray dictionary) return array;
        StringArray.Builder texts = new();
        for (int row = 0; row < dictionary.Length; row++)
        {
            double index = NumberAt(dictionary.Indices, row);
            if (double.IsNaN(index)) texts.AppendNull();
            else if (dictionary.Dictionary is StringArray or LargeStringArray or StringViewArray) texts.Append(TextAt(dictionary.Dictionary, (int)index));
            else texts.Append(NumberAt(dictionary.Dictionary, (int)index).ToString("R", CultureInfo.InvariantCulture));
        }

        return texts.Build();
    }

    private static string? TextAt(IArrowArray array, int row) => array switch
    {
        StringArray texts => texts.IsNull(row) ? null : Text(texts.ValueBuffer.Span, texts.ValueOffsets[row], texts.ValueOffsets[row + 1]),
        LargeStringArray texts => texts.IsNull(row) ? null : Text(texts.ValueBuffer.Span, texts.ValueOffsets[row], texts.ValueOffsets[row + 1]),
        StringViewArray texts => texts.IsNull(row) ? null : Encoding.UTF8.GetString(texts.GetBytes(row)),
        _ => throw new InvalidDataException($"A column of {array.Data.DataType.Name} holds no texts"),
    };

    /// <summary>
    /// Decodes a text with bounds checks. The library's <c>GetString</c> reads wherever the offsets point, even outside of its memory, which crashes the
    /// process.
    /// </summary>
    private static string Text(ReadOnlySpan<byte> bytes, long begin, long end) => begin >= 0 && begin <= end && end <= bytes.Length
        ? Encoding.UTF8.GetString(bytes[(int)begin..(int)end])
        : throw new InvalidDataException("the place of a text lies outside of the texts");

    private static DateTime? TimeAt(IArrowArray array, int row) => ((TimestampArray)array).GetTimestamp(row)?.UtcDateTime;

    private static bool IsNumber(IArrowArray array) => array is Int8Array or Int16Array or Int32Array or Int64Array or UInt8Array or UInt16Array or UInt32Array
        or UInt64Array or HalfFloatArray or FloatArray or DoubleArray or Decimal128Array;

    private static double NumberAt(IArrowArray array, int row) => array switch
    {
        Int8Array numbers => numbers.GetValue(row) ?? double.NaN,
        Int16Array numbers => numbers.GetValue(row) ?? double.NaN,
        Int32Array numbers => numbers.GetValue(row) ?? double.NaN,
        Int64Array numbers => numbers.GetValue(row) ?? double.NaN,
        UInt8Array numbers => numbers.GetValue(row) ?? double.NaN,
        UInt16Array numbers => numbers.GetValue(row) ?? double.NaN,
        UInt32Array numbers => numbers.GetValue(row) ?? double.NaN,
        UInt64Array numbers => numbers.GetValue(row) ?? double.NaN,
        HalfFloatArray numbers => (double?)numbers.GetValue(row) ?? double.NaN,
        FloatArray numbers => numbers.GetValue(row) ?? double.NaN,
        DoubleArray numbers => numbers.GetValue(row) ?? double.NaN,
        Decimal128Array numbers => (double?)numbers.GetSqlDecimal(row)?.ToDouble() ?? double.NaN,
        _ => throw new InvalidDataException($"A column of {array.Data.DataType.Name} holds no numbers"),
    };
}
