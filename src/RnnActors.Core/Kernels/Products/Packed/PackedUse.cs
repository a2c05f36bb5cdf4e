namespace RnnActors.Core.Kernels.Products.Packed;

/// <summary>The use of a packed weight by one thread for a pass; where threads share it, they wait for its end.</summary>
/// <param name="place">Where it was taken from; null where nobody waits for it.</param>
/// <param name="version">The version that was asked for.</param>
internal readonly struct PackedUse(PackedMatrix matrix, SharedPacking? place = null, long version = 0) : IDisposable
{
    public PackedMatrix Matrix => matrix;

    public void Dispose() => place?.Leave(version);
}
