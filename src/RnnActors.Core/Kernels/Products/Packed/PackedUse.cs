namespace RnnActors.Core.Kernels.Products.Packed;

/// <summary>The use of a packed weight by one thread during a pass. Where threads share the weight, they wait until all uses are disposed.</summary>
/// <param name="place">The shared packing to notify; null where nobody waits.</param>
/// <param name="version">The version of the parameters that was requested.</param>
internal readonly struct PackedUse(PackedMatrix matrix, SharedPacking? place = null, long version = 0) : IDisposable
{
    public PackedMatrix Matrix => matrix;

    public void Dispose() => place?.Leave(version);
}
