using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RnnActors.Core.Kernels.RandomNumbers;

/// <summary>The factors by which dropout multiplies a row's values: 0 with probability <c>rate</c>, else 1 / (1 - rate). Each is a pure function of its
/// position.</summary>
public static unsafe class DropoutMask
{
    /// <summary>Units whose words come from the same four blocks: one vector while filling. It is part of the definition of the mask.</summary>
    private const int GroupLength = 16;

    /// <summary>
    /// Fills the mask of one row at one time step. Unit u takes word (u mod 16) / 4 of the Philox block with the counter
    /// (4·(u / 16) + u mod 4, <paramref name="time"/>, <paramref name="row"/>, 0).
    /// </summary>
    /// <param name="mask">(H), overwritten.</param>
    /// <param name="rate">The share that is dropped, in [0, 1).</param>
    /// <param name="key">The key of the seed, the purpose, the training step and the layer.</param>
    /// <param name="row">The row's index in the whole batch, so that the mask does not depend on who computes it.</param>
    /// <param name="time">The time step; a constant where a sequence has one mask.</param>
    public static void Fill(Span<float> mask, double rate, PhiloxKey key, int row, int time)
    {
        if (!(rate is >= 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(rate), rate, "A dropout rate lies in [0, 1).");
        uint threshold = (uint)Math.Ceiling(rate * (1 << 24));
        float kept = (float)(1 / (1 - rate));
        int whole = mask.Length / GroupLength * GroupLength;
        fixed (float* m = mask) FillGroups(m, whole / GroupLength, 0, threshold, kept, key, (uint)time, (uint)row);
        if (whole == mask.Length) return;
        float* rest = stackalloc float[GroupLength];
        FillGroups(rest, 1, (uint)(whole / GroupLength), threshold, kept, key, (uint)time, (uint)row);
        new ReadOnlySpan<float>(rest, mask.Length - whole).CopyTo(mask[whole..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FillGroups(float* mask, int groups, uint firstGroup, uint threshold, float kept, PhiloxKey key, uint time, uint row)
    {
        Vector128<int> min = Vector128.Create((int)threshold);
        Vector128<float> value = Vector128.Create(kept);
        for (int group = 0; group < groups; group++, mask += GroupLength)
        {
            (Vector128<uint> w0, Vector128<uint> w1, Vector128<uint> w2, Vector128<uint> w3) =
                Philox.FourBlocks(key, 4 * (firstGroup + (uint)group), time, row);
            Keep(w0, min, value).Store(mask);
            Keep(w1, min, value).Store(mask + 4);
            Keep(w2, min, value).Store(mask + 8);
            Keep(w3, min, value).Store(mask + 12);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Keep(Vector128<uint> words, Vector128<int> min, Vector128<float> value) =>
        Vector128.GreaterThanOrEqual((words >>> 8).AsInt32(), min).AsSingle() & value;
}
