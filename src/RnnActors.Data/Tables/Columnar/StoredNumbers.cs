using Parquet.Meta;

namespace RnnActors.Data.Tables;

/// <summary>
/// The meaning of a Parquet column's stored integers. The library reads days, times, decimals and narrow integers only in some encodings, but the stored
/// integers in all. So columns are read as integers, and converted here.
/// </summary>
internal sealed class StoredNumbers
{
    private const int MaxScale = 28;
    private const long TicksOfMilliseconds = TimeSpan.TicksPerMillisecond, TicksOfMicroseconds = TimeSpan.TicksPerMicrosecond;

    private readonly Kind _kind;

    /// <summary>The bits of an unsigned integer, or the scale of a decimal.</summary>
    private readonly int _size;

    /// <summary>Ticks of a time's unit; 0 for nanoseconds, which are smaller than a tick.</summary>
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

    /// <summary>Whether they are times of day without a date.</summary>
    public bool AreTimesOfDay => _kind == Kind.TimeOfDay;

    /// <summary>Whether they are times in UTC.</summary>
    public bool AreUtc { get; private init; }

    /// <summary>Takes the meaning of a column's integers out of the schema, in which the column then is plain integers.</summary>
    /// <returns>Null for a column of any other type.</returns>
    public static StoredNumbers? TakeFrom(SchemaElement element)
    {
        if (element.Type is not (Parquet.Meta.Type.INT32 or Parquet.Meta.Type.INT64)) return null;
        StoredNumbers taken = element.LogicalType is { } logical && Of(logical) is { } known ? known : Of(element);
        (element.LogicalType, element.ConvertedType) = (null, null);
        return taken;
    }

    /// <exception cref="InvalidDataException">The date is not in the years 1 to 9999.</exception>
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

    /// <summary>The meaning in files that are older than logical types.</summary>
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
