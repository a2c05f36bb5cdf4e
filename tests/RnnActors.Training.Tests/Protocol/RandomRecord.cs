using System.Reflection;

namespace RnnActors.Training.Tests.Protocol;

/// <summary>Records with members of any value that their types allow: nulls where they may be, empty arrays, extremes.</summary>
internal static class RandomRecord
{
    private static readonly double[] Doubles = [0, -0.0, 1.5, double.Epsilon, double.MaxValue, double.NaN, double.PositiveInfinity, double.NegativeInfinity];
    private static readonly long[] Longs = [0, 1, -1, 127, 128, -33, 65536, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue];
    private static readonly string[] Strings = ["", "a", "host:4053", "ä\0\ud83d\ude00", new('x', 70_000)];

    public static object Create(Type type, Random random)
    {
        var constructor = type.GetConstructors().OrderByDescending(constructor => constructor.GetParameters().Length).First();
        var nullability = new NullabilityInfoContext();
        return constructor.Invoke([.. constructor.GetParameters().Select(parameter =>
            nullability.Create(parameter).WriteState == NullabilityState.Nullable && random.Next(3) == 0 ? null : Value(parameter.ParameterType, random))]);
    }

    private static object Value(Type type, Random random)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum) return Enum.GetValues(type).GetValue(random.Next(Enum.GetValues(type).Length))!;
        if (type.IsArray)
        {
            var array = Array.CreateInstance(type.GetElementType()!, random.Next(4));
            for (int i = 0; i < array.Length; i++) array.SetValue(Value(type.GetElementType()!, random), i);
            return array;
        }

        return Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => random.Next(2) == 0,
            TypeCode.Byte => (byte)random.Next(256),
            TypeCode.Int32 => (int)Math.Clamp(Longs[random.Next(Longs.Length)], int.MinValue, int.MaxValue),
            TypeCode.Int64 => Longs[random.Next(Longs.Length)],
            TypeCode.UInt64 => (ulong)Longs[random.Next(Longs.Length)],
            TypeCode.Double => Doubles[random.Next(Doubles.Length)],
            TypeCode.String => Strings[random.Next(Strings.Length)],
            _ => Create(type, random),
        };
    }
}
