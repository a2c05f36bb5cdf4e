namespace RnnActors.Data.Tables;

/// <summary>Times that files count from 1970.</summary>
internal static class UnixTime
{
    /// <param name="ticks">Ticks since 1970.</param>
    /// <exception cref="InvalidDataException">The time is not in the years 1 to 9999.</exception>
    public static DateTime Of(Int128 ticks)
    {
        Int128 all = DateTime.UnixEpoch.Ticks + ticks;
        return all >= DateTime.MinValue.Ticks && all <= DateTime.MaxValue.Ticks ? new DateTime((long)all, DateTimeKind.Unspecified) : throw Outside();
    }

    /// <inheritdoc cref="Of"/>
    /// <param name="months">Months since January 1970.</param>
    public static DateTime OfMonths(Int128 months) =>
        months >= -1969 * 12 && months < 8030 * 12 ? new DateTime(1970, 1, 1).AddMonths((int)months) : throw Outside();

    private static InvalidDataException Outside() => new("a time lies outside of the years 1 to 9999");
}
