namespace RnnActors.Training.Transfer;

/// <summary>How the body of a frame travels. The values are the two highest bits of the kind's byte.</summary>
internal enum BodyForm : byte
{
    /// <summary>All of it, behind its header.</summary>
    Whole = 0,

    /// <summary>As <see cref="SparseBody"/> makes it, behind its header.</summary>
    Sparse = 0x80,

    /// <summary>All of it, in the next slot of <see cref="SharedSlots"/>; nothing is behind the header.</summary>
    Shared = 0x40,
}
