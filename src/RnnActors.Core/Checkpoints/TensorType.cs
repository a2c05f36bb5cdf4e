namespace RnnActors.Core.Checkpoints;

/// <summary>The element types of the safetensors format that this library reads or writes.</summary>
public enum TensorType
{
    Bool,
    U8,
    I8,
    U16,
    I16,
    F16,
    BF16,
    U32,
    I32,
    F32,
    U64,
    I64,
    F64,
}

public static class TensorTypes
{
    // An enumeration looks its names up by reflection, which every tensor of every file would pay.
    private static readonly string[] Names = [.. Enum.GetValues<TensorType>().Select(type => type == TensorType.Bool ? "BOOL" : type.ToString())];

    /// <summary>Bytes of one element.</summary>
    public static int ElementSize(this TensorType type) => type switch
    {
        TensorType.Bool or TensorType.U8 or TensorType.I8 => 1,
        TensorType.U16 or TensorType.I16 or TensorType.F16 or TensorType.BF16 => 2,
        TensorType.U32 or TensorType.I32 or TensorType.F32 => 4,
        TensorType.U64 or TensorType.I64 or TensorType.F64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    /// <summary>The format's own name: <c>F32</c>.</summary>
    public static string FormatName(this TensorType type) => Names[(int)type];

    internal static TensorType? FromFormatName(string name) => Array.IndexOf(Names, name) is >= 0 and var at ? (TensorType)at : null;

    internal static TensorType Of<T>() where T : unmanaged => default(T) switch
    {
        bool => TensorType.Bool,
        byte => TensorType.U8,
        sbyte => TensorType.I8,
        ushort => TensorType.U16,
        short => TensorType.I16,
        Half => TensorType.F16,
        uint => TensorType.U32,
        int => TensorType.I32,
        float => TensorType.F32,
        ulong => TensorType.U64,
        long => TensorType.I64,
        double => TensorType.F64,
        _ => throw new NotSupportedException($"safetensors has no element type for {typeof(T)}"),
    };
}
