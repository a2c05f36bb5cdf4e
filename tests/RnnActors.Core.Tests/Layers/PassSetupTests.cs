using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Sequences;
using RnnActors.Core.Tests.Kernels;
using Xunit;

namespace RnnActors.Core.Tests.Layers;

public class PassSetupTests
{
    private static readonly Model Model = new(new ModelSpec([new Dense(5)]), new Shape(4));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_replica_that_packs_alone_has_memory_for_both_packings_where_its_passes_are_repeated(bool isRepeated)
    {
        var weight = Pack(Setup() with { IsRepeated = isRepeated });
        Assert.Equal(!isRepeated, weight.UseForward().Matrix.Data.Overlaps(weight.UseBackward().Matrix.Data));
    }

    [Fact]
    public void Replicas_that_share_their_weights_have_them_in_one_memory()
    {
        var shared = new SharedWeights();
        PackedWeight first = Pack(Setup() with { Weights = new ReplicaWeights(shared) }), second = Pack(Setup() with { Weights = new ReplicaWeights(shared) });
        Assert.True(first.UseForward().Matrix.Data.Overlaps(second.UseForward().Matrix.Data));
        Assert.True(first.UseBackward().Matrix.Data.Overlaps(second.UseBackward().Matrix.Data));
    }

    [Fact]
    public void A_weights_shape_is_that_of_its_slot()
    {
        PackedMatrix forward = Pack(Setup()).UseForward().Matrix, backward = Pack(Setup()).UseBackward().Matrix;
        Assert.Equal((4, 5, 5, 4), (forward.K, forward.N, backward.K, backward.N));
    }

    private static PassSetup Setup() => Model.Setup(0, [new SignalBuffer(1, 1, Model.Input, needsGradient: true)], capacity: 1, training: true);

    private static PackedWeight Pack(PassSetup setup)
    {
        var weight = setup.Pack(setup.Layout.Slots[0], needsBackward: true);
        weight.Take(Pseudorandom.Floats(20, 1));
        return weight;
    }
}
