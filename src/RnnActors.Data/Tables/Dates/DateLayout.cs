using System.Globalization;

namespace RnnActors.Data.Tables;

/// <summary>The format in which a file writes its dates.</summary>
/// <param name="shape">The format of the date.</param>
/// <param name="offsetStyle">The format of the offset after it, see <see cref="WrittenOffset"/>; null for none.</param>
internal sealed class DateLayout(DateShape shape, string? offsetStyle = null)
{
    private static readonly DateLayout Days = new(new PatternShape("yyyy-MM-dd", CultureInfo.InvariantCulture));

    public static DateLayout Iso { get; } = new(new PatternShape("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));

    /// <summary>ISO 8601, without the time of day if no date has one.</summary>
    public static DateLayout IsoFor(IReadOnlyList<DateTime> dates) => dates.All(date => date.TimeOfDay == TimeSpan.Zero) ? Days : Iso;

    public string Format(DateTime local, TimeSpan? offset) => offsetStyle is null
        ? shape.Format(local, offset)
        : shape.Format(local, offset) + WrittenOffset.Write(offset ?? TimeSpan.Zero, offsetStyle);
}
