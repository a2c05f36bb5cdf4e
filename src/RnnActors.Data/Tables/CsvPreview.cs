using System.Globalization;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Tables;

/// <summary>The first records of a file.</summary>
internal sealed class CsvPreview(SourceText source, IReadOnlyList<(IReadOnlyList<string> Fields, IReadOnlyList<int> Offsets)> rows, CultureInfo culture)
{
    private const int Records = 25;
    private readonly NumberField _number = new(culture);
    private readonly DateReading _date = DateReading.Any(culture);

    public IReadOnlyList<(IReadOnlyList<string> Fields, IReadOnlyList<int> Offsets)> Rows => rows;

    public static CsvPreview Of(SourceText source, TextBody body, char delimiter, char quote, CultureInfo culture)
    {
        using var records = CsvRecords.Open(source, body, delimiter, quote);
        List<(IReadOnlyList<string> Fields, IReadOnlyList<int> Offsets)> rows = [];
        while (rows.Count < Records && records.Read())
        {
            string[] fields = [.. Enumerable.Range(0, records.FieldCount).Select(i => records.Field(i).ToString())];
            rows.Add((fields, [.. Enumerable.Range(0, fields.Length).Select(records.OffsetOf)]));
        }

        return new(source, rows, culture);
    }

    /// <summary>Whether a field is a word: neither a value nor a mark for a missing one.</summary>
    public static bool IsName(string field) => !MissingLike.Is(field) && (field.Any(char.IsLetter) || field is "%" or "°");

    public bool IsNumber(string field) => _number.TryParse(field, out _);

    public bool IsDate(string field) => _date.IsDate(field);

    /// <summary>Whether a field is a number, a date, or digits with punctuation, as numbers of other cultures are.</summary>
    public bool IsValue(string field) => IsNumber(field) || (field.Any(char.IsAsciiDigit) && (!field.Any(char.IsLetter) || IsDate(field)));

    /// <summary>The fields of a column that are not missing, from a row on.</summary>
    public IEnumerable<string> Below(int row, int column) =>
        rows.Skip(row).Where(r => column < r.Fields.Count).Select(r => r.Fields[column]).Where(field => !MissingLike.Is(field));

    /// <summary>Whether these fields are all values, and there is at least one.</summary>
    public bool HasValuesOnly(int row, int column)
    {
        string[] below = [.. Below(row, column)];
        return below.Length > 0 && Array.TrueForAll(below, IsValue);
    }

    public SourceLocation At(int row, int column) => source.At(rows[row].Offsets[column]);

    public long Line(int row) => At(row, 0).Line;
}
