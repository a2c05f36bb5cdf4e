namespace RnnActors.Training.Transfer;

/// <summary>How the body of a frame travels. The values are the two highest bits of the kind's byte.</summary>
internal enum BodyForm : byte
{
    /// <summary>The whole body, after the header.</summary>
    Whole = 0,

    /// <summary>A sparse body (<see cref="SparseBody"/>), after the header.</summary>
    Sparse = 0x80,

    /// <summary>The whole body, in the next slot of <see cref="SharedSlots"/>; nothing follows the header.</summary>
    Shared = 0x40,
}
