using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Sequences;
using RnnActors.Core.Tests.Kernels;
using Xunit;

namespace RnnActors.Core.Tests.Layers;

/// <summary>Gradients and equal bits for any shards are tested beside other layers'; this is when the mask changes.</summary>
public class WeightDropoutTests
{
    private const int Rows = 2, Steps = 3;

    private static readonly Model Model = new(new ModelSpec([new Lstm(8) { WeightDropout = 0.5 }]), new Shape(2));

    private static readonly ReadOnlyMemory<float> Parameters = Model.CreateParameters(3).Memory;

    [Fact]
    public void Each_step_has_a_mask_and_inference_none_whatever_the_replica_did_before()
    {
        var used = Prepared();
        foreach ((bool training, long step) in new[] { (true, 1L), (false, 0L), (true, 1L), (true, 2L), (false, 0L) })
            SameBits.Assert(Run(Prepared(), training, step), Run(used, training, step));
        Assert.NotEqual(Run(used, true, 1), Run(used, true, 2));
        Assert.NotEqual(Run(used, true, 1), Run(used, false, 0));
    }

    [Fact]
    public void All_rows_of_a_batch_have_the_same_mask() => SameBits.Assert(Run(Prepared(), true, 1), Run(Prepared(), true, 1, firstRow: 7));

    private static Replica Prepared()
    {
        var replica = new Replica(Model, Steps, Rows, training: true);
        replica.Prepare(Parameters);
        return replica;
    }

    private static float[] Run(Replica replica, bool training, long step, int firstRow = 0)
    {
        Pseudorandom.Floats(Steps * Rows * 2, 1).CopyTo(replica.Input.Values);
        replica.Forward(new PassContext(Rows, firstRow, training, Seed: 11, step, HasState: false, Model.StateWidth), [], []);
        return replica.Output.Values[..(Rows * 8)].ToArray();
    }
}
