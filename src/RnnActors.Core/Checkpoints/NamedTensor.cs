using System.Runtime.InteropServices;

namespace RnnActors.Core.Checkpoints;

/// <summary>
/// A tensor with its name, as a safetensors file holds it: row-major, little-endian. It is a view without a copy; its values must not change while it is
/// written.
/// </summary>
public abstract class NamedTensor
{
    private NamedTensor(string name, TensorType type, IReadOnlyList<long> shape)
    {
        if (!BitConverter.IsLittleEndian) throw new PlatformNotSupportedException("Tensor files are little-endian, and so must the machine be.");
        (Name, Type, Shape) = (name, type, shape);
    }

    public string Name { get; }

    public TensorType Type { get; }

    /// <summary>The size of each dimension; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The elements' bytes.</summary>
    public abstract ReadOnlySpan<byte> Bytes { get; }

    /// <summary>A view of values in memory. Their number must be the product of <paramref name="shape"/>.</summary>
    public static NamedTensor Of<T>(string name, ReadOnlyMemory<T> values, params long[] shape) where T : unmanaged
    {
        long count = shape.Aggregate(1L, (product, extent) => checked(product * extent));
        if (count != values.Length || shape.Any(extent => extent < 0))
            throw new ArgumentException($"'{name}' has {values.Length} values, and its shape [{string.Join(", ", shape)}] asks for {count}.", nameof(shape));
        return new View<T>(name, TensorTypes.Of<T>(), shape, values);
    }

    /// <summary>A tensor read from a file; the caller has checked the number of bytes.</summary>
    internal static NamedTensor FromFile(string name, TensorType type, IReadOnlyList<long> shape, byte[] bytes) => new View<byte>(name, type, shape, bytes);

    /// <summary>Whether its elements are of the type <typeparamref name="T"/>.</summary>
    public bool IsOf<T>() where T : unmanaged => TensorTypes.Of<T>() == Type;

    /// <summary>The elements, which must be of the type <typeparamref name="T"/>.</summary>
    /// <exception cref="InvalidOperationException">The tensor holds another type.</exception>
    public ReadOnlySpan<T> Values<T>() where T : unmanaged => IsOf<T>()
        ? MemoryMarshal.Cast<byte, T>(Bytes)
        : throw new InvalidOperationException($"'{Name}' holds {Type.FormatName()}, not {TensorTypes.Of<T>().FormatName()}.");

    public override string ToString() => $"{Name} {Type.FormatName()} [{string.Join(", ", Shape)}]";

    private sealed class View<T>(string name, TensorType type, IReadOnlyList<long> shape, ReadOnlyMemory<T> values) : NamedTensor(name, type, shape)
        where T : unmanaged
    {
        public override ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(values.Span);
    }
}
