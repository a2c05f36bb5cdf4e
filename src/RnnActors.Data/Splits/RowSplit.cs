using System.Globalization;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Splits;

/// <summary>A <see cref="SplitSpec"/> applied to a number of rows: three consecutive ranges.</summary>
public sealed record RowSplit(RowRange Train, RowRange Validation, RowRange Test)
{
    /// <summary>Fractions like 0.7 + 0.1 + 0.2 are not exact in binary; a boundary this close below a row counts as on it.</summary>
    private const double Tolerance = 1e-6;

    /// <param name="rows">The number of rows.</param>
    /// <param name="of">What they are, for error messages: <c>rows</c>, <c>characters</c>.</param>
    /// <exception cref="InvalidInputException">
    /// A part is negative or half a row, there are no training rows, or the parts ask for more rows than there are.
    /// </exception>
    public static RowSplit Resolve(SplitSpec split, int rows, string of = "rows")
    {
        if (split.Unused >= rows)
            throw new InvalidInputException(Invariant($"The split leaves {split.Unused:N0} {of} unused, and the data has {rows:N0}"), "Leave fewer unused");
        rows -= split.Unused;
        if (split.Train == SplitSpec.Rest) return OfRest(split, rows, of);

        // Beside a part in rows, 1 means one row, since all rows would not fit.
        bool isOneARow = split.Train > 1 || split.Validation > 1 || split.Test > 1;
        double end = 0;
        RowRange train = Next("train", split.Train);
        RowRange validation = Next("validation", split.Validation);
        RowRange test = Next("test", split.Test);

        if (end > rows + Tolerance)
        {
            throw new InvalidInputException(
                Invariant($"The split wants {Math.Ceiling(end - Tolerance):N0} {of} ({Describe(split)}) and the data has {rows:N0}"),
                Invariant($"Ask for at most {rows:N0} {of}, or give fractions that add up to 1 or less"));
        }

        if (train.IsEmpty)
        {
            throw new InvalidInputException(
                Invariant($"The split ({Describe(split)}) leaves no {of} to train on, of {rows:N0}"), $"Give split.train more {of}");
        }

        return new(train, validation, test);

        RowRange Next(string part, double share)
        {
            if (!(share >= 0) || double.IsInfinity(share) || (share > 1 && share != Math.Floor(share)))
            {
                throw new InvalidInputException(
                    Invariant($"split.{part} is {share}"), $"Give a fraction from 0 to 1 or a whole number of {of}");
            }

            double start = end;
            end += share > 1 || (share == 1 && isOneARow) ? share : share * rows;
            return new(Row(start), Row(end));
        }

        int Row(double position) => (int)Math.Min(Math.Floor(position + Tolerance), rows);
    }

    /// <summary>Splits off validation and test from the end.</summary>
    private static RowSplit OfRest(SplitSpec split, int rows, string of)
    {
        int validation = Rows(split.Validation), test = Rows(split.Test), train = rows - validation - test;
        return train > 0
            ? new(new(0, train), new(train, train + validation), new(train + validation, rows))
            : throw new InvalidInputException(
                Invariant($"The split ({Describe(split)}) leaves no {of} to train on, of {rows:N0}"), "Ask for fewer to validate and to test");

        int Rows(double part) => (int)Math.Min(rows, part >= 1 ? part : Math.Floor((part * rows) + Tolerance)); // 1 is a row
    }

    private static string Describe(SplitSpec split) =>
        Invariant($"train {(split.Train == SplitSpec.Rest ? "the rest" : split.Train)}, validation {split.Validation}, test {split.Test}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
