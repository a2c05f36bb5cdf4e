namespace RnnActors.Core.Kernels;

/// <summary>
/// The elementary functions over values of any number, at the vector width in use and with the same bits at every width. Source and destination have the same
/// length and may be the same memory.
/// </summary>
public static class ElementaryFunctions
{
    /// <inheritdoc cref="Kernels.Exp"/>
    public static void Exp(ReadOnlySpan<float> source, Span<float> destination) => Map.Apply<Exp>(source, destination);

    /// <inheritdoc cref="Kernels.Log"/>
    public static void Log(ReadOnlySpan<float> source, Span<float> destination) => Map.Apply<Log>(source, destination);

    /// <inheritdoc cref="Kernels.Tanh"/>
    public static void Tanh(ReadOnlySpan<float> source, Span<float> destination) => Map.Apply<Tanh>(source, destination);

    /// <inheritdoc cref="Kernels.Sigmoid"/>
    public static void Sigmoid(ReadOnlySpan<float> source, Span<float> destination) => Map.Apply<Sigmoid>(source, destination);
}
