using Parquet.Meta;

namespace RnnActors.Data.Tables;

/// <summary>
/// What the whole numbers of a Parquet column stand for. The library reads days, times, decimals and narrow numbers in some encodings alone, and the numbers
/// that they are stored as in all. So columns are read as these, and made what they are here.
/// </summary>
internal sealed class StoredNumbers
{
    private const int MaxScale = 28;
    private const long TicksOfMilliseconds = TimeSpan.TicksPerMillisecond, TicksOfMicroseconds = TimeSpan.TicksPerMicrosecond;

    private readonly Kind _kind;

    /// <summary>Bits of an unsigned number; digits behind a decimal's point.</summary>
    private readonly int _size;

    /// <summary>Ticks of a time's unit; 0 for nanoseconds, which are fewer.</summary>
    private readonly long _ticks;

    private StoredNumbers(Kind kind, int size = 0, long ticks = 0) => (_kind, _size, _ticks) = (kind, size, ticks);

    private enum Kind
    {
        Signed,
        Unsigned,
        Decimal,
        Day,
        Time,
        TimeOfDay,
    }

    /// <summary>Whether they are days or times.</summary>
    public bool AreDates => _kind is Kind.Day or Kind.Time;

    /// <summary>Whether they are times of no day.</summary>
    public bool AreTimesOfDay => _kind == Kind.TimeOfDay;

    /// <summary>Whether they are times in UTC.</summary>
    public bool AreUtc { get; private init; }

    /// <summary>Takes what the numbers of a column stand for out of the schema, which says whole numbers from then on.</summary>
    /// <returns>Null for a column of anything else.</returns>
    public static StoredNumbers? TakeFrom(SchemaElement element)
    {
        if (element.Type is not (Parquet.Meta.Type.INT32 or Parquet.Meta.Type.INT64)) return null;
        StoredNumbers taken = element.LogicalType is { } logical && Of(logical) is { } known ? known : Of(element);
        (element.LogicalType, element.ConvertedType) = (null, null);
        return taken;
    }

    /// <exception cref="InvalidDataException">It lies outside of the years 1 to 9999.</exception>
    public DateTime ToDate(long stored)
    {
        long ticks = _kind == Kind.Day ? TimeSpan.TicksPerDay : _ticks;
        return UnixTime.Of(ticks == 0 ? stored / TimeSpan.NanosecondsPerTick : (Int128)stored * ticks);
    }

    public double ToNumber(long stored) => _kind switch
    {
        Kind.Unsigned => _size == 64 ? (ulong)stored : _size == 32 ? (uint)stored : stored,
        Kind.Decimal => (double)new decimal(unchecked((int)(uint)Magnitude(stored)), (int)(Magnitude(stored) >> 32), 0, stored < 0, (byte)_size),
        _ => stored,
    };

    private static ulong Magnitude(long stored) => stored < 0 ? unchecked((ulong)-stored) : (ulong)stored;

    private static StoredNumbers? Of(LogicalType logical) => logical switch
    {
        { INTEGER: { } whole } => whole.IsSigned ? new(Kind.Signed) : new(Kind.Unsigned, whole.BitWidth),
        { DECIMAL: { } number } => Decimal(number.Scale),
        { DATE: not null } => new(Kind.Day),
        { TIME: not null } => new(Kind.TimeOfDay),
        { TIMESTAMP: { Unit: { } unit } time } => new(
            Kind.Time, ticks: unit.MILLIS is not null ? TicksOfMilliseconds : unit.MICROS is not null ? TicksOfMicroseconds : 0)
        {
            AreUtc = time.IsAdjustedToUTC,
        },
        _ => null,
    };

    /// <summary>As files say it that are older than logical types.</summary>
    private static StoredNumbers Of(SchemaElement element) => element.ConvertedType switch
    {
        ConvertedType.UINT_8 or ConvertedType.UINT_16 => new(Kind.Unsigned, 16),
        ConvertedType.UINT_32 => new(Kind.Unsigned, 32),
        ConvertedType.UINT_64 => new(Kind.Unsigned, 64),
        ConvertedType.DECIMAL => Decimal(element.Scale ?? 0),
        ConvertedType.DATE => new(Kind.Day),
        ConvertedType.TIME_MILLIS or ConvertedType.TIME_MICROS => new(Kind.TimeOfDay),
        ConvertedType.TIMESTAMP_MILLIS => new(Kind.Time, ticks: TicksOfMilliseconds) { AreUtc = true },
        ConvertedType.TIMESTAMP_MICROS => new(Kind.Time, ticks: TicksOfMicroseconds) { AreUtc = true },
        _ => new(Kind.Signed),
    };

    private static StoredNumbers Decimal(int scale) => scale is >= 0 and <= MaxScale ? new(Kind.Decimal, scale)
        : throw new InvalidDataException($"a column has decimals with {scale} digits behind the point, and 0 to {MaxScale} are read");
}
