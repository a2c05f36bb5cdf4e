using System.Globalization;

namespace RnnActors.Data.Tables;

/// <summary>Days as spreadsheets count them, with the time of day as their fraction: 45292 is 2024-01-01 (the 1900 date system).</summary>
internal sealed class SheetDayShape : DateShape
{
    /// <summary>Its name in <c>data.timeFormat</c>.</summary>
    public const string Name = "excel";

    /// <summary>Excel treats 1900 as a leap year, so its day numbers are right from 1900-03-01 on.</summary>
    private const double FirstRight = 61, Last = 2_958_465;

    /// <summary>The likely range: the years 1954 to 2119.</summary>
    private const double FirstLikely = 20_000, LastLikely = 80_000;

    /// <summary>Spreadsheets show about ten digits of a day, so no fraction of a millisecond is meant.</summary>
    private const double MillisecondsOfDay = 86_400_000;

    private static readonly DateTime Zero = new(1899, 12, 30);

    public static bool AreLikely(double[] values) => values.Length > 0 && Array.TrueForAll(values, value => value is >= FirstLikely and < LastLikely);

    public override bool TryParse(ReadOnlySpan<char> field, out DateTime local, out TimeSpan? offset)
    {
        (local, offset) = (Zero, null);
        bool isNumber = double.TryParse(field, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double days);
        if (!isNumber || days is < FirstRight or > Last) return false;
        local = Zero.AddMilliseconds(Math.Round(days * MillisecondsOfDay));
        return true;
    }

    public override string Format(DateTime local, TimeSpan? offset) =>
        ((local - Zero).TotalMilliseconds / MillisecondsOfDay).ToString("0.##########", CultureInfo.InvariantCulture);
}
