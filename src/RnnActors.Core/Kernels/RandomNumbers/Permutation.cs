namespace RnnActors.Core.Kernels.RandomNumbers;

/// <summary>The order of the rows in an epoch.</summary>
public static class Permutation
{
    /// <summary>
    /// Fills with a random permutation of 0 … n-1, a pure function of <paramref name="seed"/>, <paramref name="epoch"/> and n; all are equally likely. Fisher
    /// and Yates 1938, in Durstenfeld's form.
    /// </summary>
    public static void Fill(Span<int> order, ulong seed, long epoch)
    {
        var random = new RandomSequence(PhiloxKey.Of(seed, RandomPurpose.Shuffle, epoch));
        for (int i = 0; i < order.Length; i++) order[i] = i;
        for (int i = order.Length - 1; i > 0; i--)
        {
            int j = random.NextBelow(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
    }
}
