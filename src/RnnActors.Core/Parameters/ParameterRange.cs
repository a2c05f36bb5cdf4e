namespace RnnActors.Core.Parameters;

/// <summary>Consecutive values of the parameter block.</summary>
public readonly record struct ParameterRange(int First, int Length)
{
    /// <summary>From the first slot's beginning to the end of the last one; the gaps between them are part of it.</summary>
    public static ParameterRange Covering(params ReadOnlySpan<ParameterSlot> slots) =>
        slots.Length == 0 ? default : new(slots[0].Offset, slots[^1].Offset + slots[^1].Length - slots[0].Offset);
}
