namespace RnnActors.Core.Parameters;

/// <summary>Named views of a block of the layout's length: parameters, gradients or moments.</summary>
public static class ParameterSpans
{
    public static Span<float> Of(this ParameterSlot slot, Span<float> block) => block.Slice(slot.Offset, slot.Length);

    public static ReadOnlyMemory<float> Of(this ParameterSlot slot, ReadOnlyMemory<float> block) => block.Slice(slot.Offset, slot.Length);

    public static ReadOnlySpan<float> Of(this ParameterSlot slot, ReadOnlySpan<float> block) => block.Slice(slot.Offset, slot.Length);
}
