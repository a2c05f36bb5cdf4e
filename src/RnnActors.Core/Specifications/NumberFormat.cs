using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RnnActors.Core.Specifications;

/// <summary>Numbers in a range.</summary>
public sealed class NumberFormat<T> : Format<T>
    where T : struct, INumber<T>, IMinMaxValue<T>
{
    private static readonly bool IsWhole = T.One / (T.One + T.One) == T.Zero;

    public required T Min { get; init; }

    /// <summary>Null for no limit.</summary>
    public T? Max { get; init; }

    /// <summary>True where <see cref="Min"/> itself is out of range.</summary>
    public bool Above { get; init; }

    /// <summary>True where <see cref="Max"/> itself is out of range.</summary>
    public bool Below { get; init; }

    public override string Expected
    {
        get
        {
            string kind = IsWhole ? "a whole number" : "a number";
            string min = Min.ToString(null, CultureInfo.InvariantCulture);
            string? max = Max?.ToString(null, CultureInfo.InvariantCulture);
            return (Above, Below, max) switch
            {
                (false, _, null) => $"{kind} of at least {min}",
                (true, _, null) => $"{kind} above {min}",
                (false, false, _) => $"{kind} from {min} to {max}",
                (false, true, _) => $"{kind} of at least {min} and below {max}",
                (true, false, _) => $"{kind} above {min} and at most {max}",
                _ => $"{kind} above {min} and below {max}",
            };
        }
    }

    public override T Read(SourceNode node)
    {
        if (node.Kind != JsonValueKind.Number)
            throw node.Refuse(Expected, TryParse(node.Text, out T _) ? $"Write {node.Text} without quotes" : null);
        return TryParse(node.Text, out T value) && Allows(value) ? value : throw node.Refuse(Expected);
    }

    protected internal override void Check(T value, SourceNode place)
    {
        if (!Allows(value)) throw (place with { Kind = JsonValueKind.Number, Text = value.ToString(null, CultureInfo.InvariantCulture) }).Refuse(Expected);
    }

    public override void Write(Utf8JsonWriter writer, T value)
    {
        if (IsWhole) writer.WriteRawValue(value.ToString(null, CultureInfo.InvariantCulture));
        else writer.WriteNumberValue(double.CreateChecked(value));
    }

    public override JsonObject Schema(SchemaDefinitions definitions)
    {
        var schema = new JsonObject { ["type"] = IsWhole ? "integer" : "number" };
        if (IsWhole || Min > T.MinValue) schema[Above ? "exclusiveMinimum" : "minimum"] = Node(Min);
        if (IsWhole || Max is not null) schema[Below ? "exclusiveMaximum" : "maximum"] = Node(Max ?? T.MaxValue);
        return schema;
    }

    private static JsonNode Node(T value) => JsonNode.Parse(value.ToString(null, CultureInfo.InvariantCulture))!;

    private bool Allows(T value) =>
        T.IsFinite(value) && value >= Min && !(Above && value == Min) && !(value > Max) && !(Below && value == Max);

    /// <summary>Parses a number. 1e3 counts as a whole number; an overflow is refused.</summary>
    private static bool TryParse(string text, out T value)
    {
        const NumberStyles styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return T.TryParse(text, styles, CultureInfo.InvariantCulture, out value) && T.IsFinite(value);
    }
}

/// <summary>Common formats of numbers.</summary>
public static class Numbers
{
    public static Format<int> Whole(int min, int max = int.MaxValue) => new NumberFormat<int> { Min = min, Max = max == int.MaxValue ? null : max };

    public static Format<long> Long(long min) => new NumberFormat<long> { Min = min };

    public static Format<ulong> Unsigned() => new NumberFormat<ulong> { Min = 0 };

    /// <summary>Any number above 0.</summary>
    public static Format<double> Positive() => new NumberFormat<double> { Min = 0, Above = true };

    /// <summary>0 or above.</summary>
    public static Format<double> AtLeastZero() => new NumberFormat<double> { Min = 0 };

    /// <summary>[0, 1): a dropout rate, a decay.</summary>
    public static Format<double> BelowOne() => new NumberFormat<double> { Min = 0, Max = 1, Below = true };

    /// <summary>(0, 1].</summary>
    public static Format<double> Fraction() => new NumberFormat<double> { Min = 0, Above = true, Max = 1 };

    /// <summary>[0, 1].</summary>
    public static Format<double> Share() => new NumberFormat<double> { Min = 0, Max = 1 };

    public static Format<double> Any() => new NumberFormat<double> { Min = double.MinValue };
}
