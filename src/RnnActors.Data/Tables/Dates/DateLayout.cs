using System.Globalization;

namespace RnnActors.Data.Tables;

/// <summary>How one file writes its dates.</summary>
/// <param name="shape">The date.</param>
/// <param name="offsetStyle">The offset behind it, see <see cref="WrittenOffset"/>; null for none.</param>
internal sealed class DateLayout(DateShape shape, string? offsetStyle = null)
{
    public static DateLayout Iso { get; } = new(new PatternShape("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));

    public string Format(DateTime local, TimeSpan? offset) => offsetStyle is null
        ? shape.Format(local, offset)
        : shape.Format(local, offset) + WrittenOffset.Write(offset ?? TimeSpan.Zero, offsetStyle);
}
