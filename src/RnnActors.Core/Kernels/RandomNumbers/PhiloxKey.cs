namespace RnnActors.Core.Kernels.RandomNumbers;

/// <summary>What random numbers are for. Numbers of different purposes are independent.</summary>
public enum RandomPurpose : uint
{
    InitialWeights = 1,
    Shuffle = 2,
    Dropout = 3,
    RecurrentDropout = 4,
    Sampling = 5,
    TeacherForcing = 6,
    Augmentation = 7,
    ForecastPaths = 8,
    Audit = 9,
    WeightDropout = 10,
}

/// <summary>
/// The key of one stream of random numbers. The counter is the position within it: (block, time step, global row, 0) in a <see cref="DropoutMask"/>,
/// (lower and upper half of the block's number, 0, 0) in a <see cref="RandomSequence"/>.
/// </summary>
/// <param name="Value">Philox's 64-bit key.</param>
public readonly record struct PhiloxKey(ulong Value)
{
    /// <summary>
    /// The key of a purpose: two words of the Philox block that the seed gives for the counter (purpose, layer, lower and upper half of the step). The
    /// arguments have more bits than a key, so they are hashed into it.
    /// </summary>
    /// <param name="step">The training step, or the epoch of a shuffle; 0 where there is none.</param>
    /// <param name="layer">The layer's index in the model; 0 where there is none.</param>
    public static PhiloxKey Of(ulong seed, RandomPurpose purpose, long step = 0, int layer = 0)
    {
        (uint low, uint high, _, _) = Philox.Block(new PhiloxKey(seed), (uint)purpose, (uint)layer, (uint)step, (uint)(step >> 32));
        return new(((ulong)high << 32) | low);
    }
}
