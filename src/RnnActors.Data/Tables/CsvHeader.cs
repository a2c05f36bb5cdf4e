using System.Globalization;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Tables;

/// <summary>Decides from the first records of a file whether the first of them is a header.</summary>
/// <param name="Note">A decision that a sign speaks against; null for none.</param>
/// <param name="Hint">What the user can do if a column is not found; null for nothing.</param>
internal sealed record CsvHeader(bool IsThere, string? Note = null, string? Hint = null)
{
    private const int FewestToRise = 3;

    public static CsvHeader Guess(CsvPreview preview)
    {
        IReadOnlyList<string> first = preview.Rows[0].Fields;
        int data = Enumerable.Range(0, first.Count).FirstOrDefault(i => preview.IsValue(first[i]), -1);
        if (data < 0) return new(true);

        string what = preview.IsDate(first[data]) && !preview.IsNumber(first[data]) ? "date" : "number";
        string shown = ShownField.Of(first[data]);
        CsvHeader isData = new(
            false, null, $"Line {preview.Line(0)} was taken for data since '{shown}' is a {what}: set data.header to true if it names the columns");
        bool hasDate = Enumerable.Range(0, first.Count).Any(i => IsDateOnly(preview, first[i]) && preview.Below(1, i).Any(field => IsDateOnly(preview, field)));
        if (hasDate || preview.Rows.Count < 2) return isData;

        bool hasName = Enumerable.Range(0, first.Count).Any(i => CsvPreview.IsName(first[i]) && preview.HasValuesOnly(1, i));
        return hasName || Rises(first) && !preview.Rows.Skip(1).Any(row => Rises(row.Fields))
            ? new(
                true,
                $"Line {preview.Line(0)} is read as the names of the columns, though '{shown}' is a {what}: if it is data, set data.header to false.")
            : isData;
    }

    /// <summary>Throws if lines of units or further lines of names follow the header.</summary>
    /// <param name="names">The first line of the header.</param>
    public static void RefuseFurtherLines(CsvPreview preview, string[] names)
    {
        int further = 0;
        while (1 + further < preview.Rows.Count && (IsWords(preview, Fields(further)) || Filled(Fields(further)) == 0)) further++;
        while (further > 0 && Filled(Fields(further - 1)) == 0) further--;
        if (further == 0 || 1 + further == preview.Rows.Count) return;

        RefuseTitle(preview, names, further);
        IReadOnlyList<string> fields = preview.Rows[1].Fields;
        int[] wrong =
        [
            .. Enumerable.Range(0, Math.Min(fields.Count, names.Length))
                .Where(i => CsvPreview.IsName(fields[i]) && preview.HasValuesOnly(1 + further, i)),
        ];
        if (wrong.Length == 0) return;
        int field = wrong.FirstOrDefault(i => preview.Below(1 + further, i).Any(preview.IsNumber), wrong[0]);
        IReadOnlyList<string> Fields(int line) => preview.Rows[1 + line].Fields;
        string lines = further == 1 ? $"does line {preview.Line(1)}" : $"do lines {preview.Line(1)}-{preview.Line(further)}";
        throw new InvalidInputException(
            $"'{ShownField.Of(fields[field])}' in column '{names[field]}' is not a "
            + $"{(preview.Below(1 + further, field).Any(preview.IsNumber) ? "number" : "date")}; {lines} belong to the header?",
            string.Create(CultureInfo.InvariantCulture, $"Set data.headerLines to {1 + further} if so, or correct the line"),
            preview.At(1, field));
    }

    /// <summary>Throws if the first lines are a title, as spreadsheets save it: they have one field where the table has several.</summary>
    private static void RefuseTitle(CsvPreview preview, string[] names, int further)
    {
        int line = further;
        if (Filled(preview.Rows[0].Fields) > 1 || Filled(preview.Rows[1 + further].Fields) < 2) return;
        while (line > 0 && Filled(preview.Rows[line].Fields) < 2) line--;
        if (line == 0) return;
        throw new InvalidInputException(
            $"'{names[0]}' seems to be a title: the names of the columns stand in line {preview.Line(line)}",
            "Remove the lines before that, or begin each with #, so that it is passed over", preview.At(0, 0));
    }

    private static int Filled(IReadOnlyList<string> fields) => fields.Count(field => field.Length > 0);

    private static bool IsWords(CsvPreview preview, IReadOnlyList<string> fields) => fields.Any(CsvPreview.IsName) && !fields.Any(preview.IsValue);

    private static bool IsDateOnly(CsvPreview preview, string field) => preview.IsDate(field) && !preview.IsNumber(field);

    /// <summary>
    /// Whether the fields are integers in equal steps, as 101, 102, 103, perhaps after some names or an empty first field (the name of a row number).
    /// </summary>
    private static bool Rises(IReadOnlyList<string> fields)
    {
        string[] numbers = [.. fields.SkipWhile((field, i) => (i == 0 && field.Length == 0) || CsvPreview.IsName(field))];
        if (numbers.Length < FewestToRise) return false;
        long[] whole = new long[numbers.Length];
        for (int i = 0; i < whole.Length; i++)
        {
            if (!long.TryParse(numbers[i], NumberStyles.None, CultureInfo.InvariantCulture, out whole[i])) return false;
            if (i > 0 && (whole[i] <= whole[i - 1] || whole[i] - whole[i - 1] != whole[1] - whole[0])) return false;
        }

        return true;
    }
}
