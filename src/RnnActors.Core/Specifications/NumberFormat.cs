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

    public required T Least { get; init; }

    /// <summary>Null for no limit.</summary>
    public T? Most { get; init; }

    /// <summary>True where <see cref="Least"/> itself is out of range.</summary>
    public bool Above { get; init; }

    /// <summary>True where <see cref="Most"/> itself is out of range.</summary>
    public bool Below { get; init; }

    public override string Expected
    {
        get
        {
            string kind = IsWhole ? "a whole number" : "a number";
            string least = Least.ToString(null, CultureInfo.InvariantCulture);
            string? most = Most?.ToString(null, CultureInfo.InvariantCulture);
            return (Above, Below, most) switch
            {
                (false, _, null) => $"{kind} of at least {least}",
                (true, _, null) => $"{kind} above {least}",
                (false, false, _) => $"{kind} from {least} to {most}",
                (false, true, _) => $"{kind} of at least {least} and below {most}",
                (true, false, _) => $"{kind} above {least} and at most {most}",
                _ => $"{kind} above {least} and below {most}",
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
        if (IsWhole || Least > T.MinValue) schema[Above ? "exclusiveMinimum" : "minimum"] = Node(Least);
        if (IsWhole || Most is not null) schema[Below ? "exclusiveMaximum" : "maximum"] = Node(Most ?? T.MaxValue);
        return schema;
    }

    private static JsonNode Node(T value) => JsonNode.Parse(value.ToString(null, CultureInfo.InvariantCulture))!;

    private bool Allows(T value) =>
        T.IsFinite(value) && value >= Least && !(Above && value == Least) && !(value > Most) && !(Below && value == Most);

    /// <summary>Reads 1e3 as a whole number too; refuses what overflows.</summary>
    private static bool TryParse(string text, out T value)
    {
        const NumberStyles styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return T.TryParse(text, styles, CultureInfo.InvariantCulture, out value) && T.IsFinite(value);
    }
}

/// <summary>The formats of numbers by their names.</summary>
public static class Numbers
{
    public static Format<int> Whole(int least, int most = int.MaxValue) => new NumberFormat<int> { Least = least, Most = most == int.MaxValue ? null : most };

    public static Format<long> Long(long least) => new NumberFormat<long> { Least = least };

    public static Format<ulong> Unsigned() => new NumberFormat<ulong> { Least = 0 };

    /// <summary>Any number above 0.</summary>
    public static Format<double> Positive() => new NumberFormat<double> { Least = 0, Above = true };

    /// <summary>0 or above.</summary>
    public static Format<double> AtLeastZero() => new NumberFormat<double> { Least = 0 };

    /// <summary>[0, 1): a share that is dropped, a decay.</summary>
    public static Format<double> BelowOne() => new NumberFormat<double> { Least = 0, Most = 1, Below = true };

    /// <summary>(0, 1].</summary>
    public static Format<double> Fraction() => new NumberFormat<double> { Least = 0, Above = true, Most = 1 };

    /// <summary>[0, 1].</summary>
    public static Format<double> Share() => new NumberFormat<double> { Least = 0, Most = 1 };

    public static Format<double> Any() => new NumberFormat<double> { Least = double.MinValue };
}
