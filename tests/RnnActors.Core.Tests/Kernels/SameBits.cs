namespace RnnActors.Core.Tests.Kernels;

/// <summary>Equality of floats bit by bit; all not-a-numbers are one, since the hardware may choose among their bits.</summary>
internal static class SameBits
{
    public static void Assert(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Xunit.Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            bool same = BitConverter.SingleToInt32Bits(expected[i]) == BitConverter.SingleToInt32Bits(actual[i])
                || (float.IsNaN(expected[i]) && float.IsNaN(actual[i]));
            if (!same) Xunit.Assert.Fail($"Element {i} of {expected.Length}: expected {expected[i]:R}, but was {actual[i]:R}.");
        }
    }
}
