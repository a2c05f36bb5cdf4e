using RnnActors.Core.Problems;

namespace RnnActors.Core.Parameters;

/// <summary>A named parameter's place in the block.</summary>
/// <param name="Name">PyTorch's name, prefixed with the layer's: <c>lstm.weight_ih_l0</c>.</param>
/// <param name="Rows">The first dimension; the length of a vector.</param>
/// <param name="Columns">The second dimension; 0 for a vector.</param>
/// <param name="Offset">The first value's index in the block, a multiple of 16.</param>
public sealed record ParameterSlot(string Name, int Rows, int Columns, int Offset, StartingValue Start)
{
    /// <summary>False where the parameter is frozen.</summary>
    public bool IsTrainable { get; init; } = true;

    public int Length => Columns == 0 ? Rows : Rows * Columns;

    public int[] Shape => Columns == 0 ? [Rows] : [Rows, Columns];
}

/// <summary>
/// Where each parameter lies in a model's one contiguous block. Each begins at a multiple of 64 bytes; the gaps stay zero in parameters, gradients and moments.
/// </summary>
public sealed class ParameterLayout
{
    private const int AlignmentFloats = 16;

    private readonly List<ParameterSlot> _slots = [];
    private readonly Dictionary<string, ParameterSlot> _byName = [];

    public IReadOnlyList<ParameterSlot> Slots => _slots;

    /// <summary>P: floats in the block, gaps included.</summary>
    public int Length { get; private set; }

    /// <summary>Floats in the block, gaps excluded.</summary>
    public int Count => _slots.Sum(slot => slot.Length);

    public ParameterSlot this[string name] => _byName[name];

    /// <summary>The frozen parameters, in their order.</summary>
    public IReadOnlyList<ParameterRange> FrozenRanges => [.. _slots.Where(slot => !slot.IsTrainable).Select(slot => ParameterRange.Covering(slot))];

    /// <summary>Freezes all parameters from this slot on.</summary>
    public void Freeze(int firstSlot)
    {
        for (int i = firstSlot; i < _slots.Count; i++) _byName[_slots[i].Name] = _slots[i] = _slots[i] with { IsTrainable = false };
    }

    /// <summary>Adds a parameter at the end.</summary>
    public ParameterSlot Add(string name, int rows, int columns, StartingValue start)
    {
        long length = columns == 0 ? rows : (long)rows * columns;
        if (Length + length > Array.MaxLength - 64)
            throw new InvalidInputException($"the model's parameters are too many for one block (at {name})", "Use fewer units or a smaller vocabulary");
        var slot = new ParameterSlot(name, rows, columns, Length, start);
        _byName.Add(name, slot);
        _slots.Add(slot);
        Length += ((int)length + AlignmentFloats - 1) / AlignmentFloats * AlignmentFloats;
        return slot;
    }
}
