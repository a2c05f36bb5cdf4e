namespace RnnActors.Core.Tests.Kernels;

/// <summary>Test data that is the same on every run.</summary>
internal static class Pseudorandom
{
    /// <summary>Values in [-1, 1), a fixed function of seed and position.</summary>
    public static float[] Floats(int length, uint seed) => [.. Enumerable.Range(0, length).Select(i =>
    {
        uint x = ((uint)i * 0x9E37_79B1u) ^ (seed * 0x85EB_CA77u);
        x = (x ^ (x >> 15)) * 0x2C1B_3C6Du;
        x = (x ^ (x >> 12)) * 0x297A_2D39u;
        return ((x ^ (x >> 15)) >> 8) / 8388608f - 1;
    })];
}
