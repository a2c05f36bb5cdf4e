using System.Globalization;

namespace RnnActors.Data.Tables;

/// <summary>The fields of a column, from which its kind is decided.</summary>
/// <param name="values">Their numbers; NaN for a field that is missing or not a number. Null if none is a number.</param>
/// <param name="rows">The number of rows.</param>
/// <param name="fieldAt">A field as written; null where it is missing.</param>
/// <param name="offsetAt">The offset of a row's field in the text; null if there is no text.</param>
internal sealed class ColumnFields(string name, double[]? values, int rows, Func<int, string?> fieldAt, Func<int, int>? offsetAt)
{
    /// <summary>Whether the column's name in the header is empty.</summary>
    public bool IsUnnamed { get; init; }

    /// <param name="dates">Recognises dates.</param>
    public Column Decide(DateReading dates, FieldPlaces places)
    {
        int numbers = values?.Count(value => !double.IsNaN(value)) ?? 0;
        int firstOther = -1, othersCount = 0;
        for (int row = 0; row < rows; row++)
        {
            if (IsNumber(row) || fieldAt(row) is null) continue;
            if (othersCount++ == 0) firstOther = row;
        }

        if (numbers + othersCount == 0) return Made(ColumnKind.Empty, "no value");
        if (othersCount == 0)
        {
            if (IsCounter(values!)) return Made(ColumnKind.Counter, "a row number");
            return DateNumbers.Recognise(values!) is { } kind ? Made(ColumnKind.Dates, $"dates, as {kind}") : Made(ColumnKind.Numbers, null);
        }

        string first = fieldAt(firstOther)!;
        FieldFault fault = new(firstOther, $"'{ShownField.Of(first)}' in column '{name}' is not a finite number", Remedy(firstOther, first));
        int[] others = new int[othersCount];
        for (int row = firstOther, i = 0; i < others.Length; row++) if (!IsNumber(row) && fieldAt(row) is not null) others[i++] = row;

        if (numbers == 0 && AsBooleans(others) is { } booleans) return booleans;
        bool isFaulty = numbers > 0 && (numbers >= othersCount || Array.TrueForAll(others, row => MissingLike.Is(fieldAt(row)!)));
        if (isFaulty) return Made(ColumnKind.Numbers, null, fault);
        bool isDates = dates.IsDate(first) && Array.TrueForAll(others, row => dates.IsDate(fieldAt(row)!));
        if (isDates) return Made(ColumnKind.Dates, "dates", IsDates(name, firstOther));
        return Made(ColumnKind.Texts, $"text: '{ShownField.Of(first)}' {places.Words(firstOther, Made(ColumnKind.Texts, null))}", fault);
    }

    public static FieldFault IsDates(string name, int row) =>
        new(row, $"Column '{name}' holds dates, which are no numbers", "Name another column, or name it in data.time if it is the time of the rows");

    private Column? AsBooleans(int[] others)
    {
        if (!BooleanField.Read(others.Length, i => fieldAt(others[i])!, out bool?[] truths)) return null;
        values ??= Column.Missing(rows);
        for (int i = 0; i < truths.Length; i++) if (truths[i] is { } truth) values[others[i]] = truth ? 1 : 0;
        if (Array.FindIndex(truths, truth => truth is null) is not (>= 0 and var wrong)) return Made(ColumnKind.Booleans, null);
        string field = fieldAt(others[wrong])!;
        string problem = $"'{ShownField.Of(field)}' in column '{name}' is neither true nor false";
        return Made(ColumnKind.Booleans, null, new(others[wrong], problem, Remedy(others[wrong], field)));
    }

    /// <summary>Whether the numbers are integers that rise by one from row to row.</summary>
    private bool IsCounter(double[] numbers)
    {
        const int fewest = 3;
        if (rows < (IsUnnamed ? 1 : fewest) || (IsUnnamed && numbers[0] is not (0 or 1)) || Math.Floor(numbers[0]) != numbers[0]) return false;
        for (int row = 1; row < rows; row++) if (!(numbers[row] - numbers[row - 1] == 1)) return false;
        return true;
    }

    private string Remedy(int row, string field)
    {
        if (NumberSigns.Remedy(field) is { } signs) return signs;
        const string missing = "Correct it, name it in data.missingValues if it means that the value is missing";
        if (offsetAt is null) return missing;
        int lines = rows - row;
        bool isFooter = row > 0 && lines <= Footer.MaxLines && !Enumerable.Range(row, lines).Any(IsNumber);
        string culture = (DecimalMarks.Decide(field) ?? NumberSigns.Culture(field)) is { } fitting ? $": {fitting} reads this one" : "";
        string footer = isFooter ? string.Create(CultureInfo.InvariantCulture, $", or set data.footerLines to {lines} if the file ends before it") : "";
        return $"{missing}, or set data.culture if numbers are written in another way{culture}{footer}";
    }

    private bool IsNumber(int row) => values is not null && !double.IsNaN(values[row]);

    private Column Made(ColumnKind kind, string? leftOut, FieldFault? fault = null) =>
        new(name, values, rows, kind, fieldAt) { OffsetAt = offsetAt, LeftOut = leftOut, Fault = fault, IsUnnamed = IsUnnamed };
}
