using CsCheck;
using RnnActors.Core.Kernels.Products.Packed;
using Xunit;

namespace RnnActors.Core.Tests.Kernels.Products.Packed;

/// <summary>A weight of a replica's own: what is read of it, in which memory it lies, and when it is packed again.</summary>
public class PackedWeightTests
{
    private enum Event
    {
        Forward,
        Backward,
        NewValues,
    }

    [Fact]
    public void What_is_read_is_the_packing_of_the_newest_values_in_any_order_of_uses() =>
        Gen.Select(Gen.Int[1, 70], Gen.Int[1, 70], Gen.Int[1, 3], Gen.Bool, Gen.Enum<Event>().Array[0, 12])
            .Sample((outputs, inputs, gates, isRepeated, events) =>
        {
            outputs *= gates;
            var packed = new OwnPackedWeight(new WeightShape(outputs, inputs, gates, NeedsBackward: true), helpers: null, isRepeated);
            float[] values = [];
            uint version = 0;
            foreach (var next in events.Prepend(Event.NewValues))
            {
                switch (next)
                {
                    case Event.NewValues:
                        packed.Take(values = Pseudorandom.Floats(outputs * inputs, ++version));
                        break;
                    case Event.Forward:
                        using (var use = packed.UseForward()) SameBits.Assert(Forward(outputs, inputs, values), use.Matrix.Data);
                        break;
                    default:
                        using (var use = packed.UseBackward()) SameBits.Assert(Backward(outputs, inputs, values), use.Matrix.Data);
                        break;
                }
            }
        });

    /// <summary>Of several passes with the same values only the first ones pack: nobody looks at the values again before new ones are taken.</summary>
    [Fact]
    public void A_repeated_weight_keeps_both_packings_until_there_are_new_values()
    {
        const int Outputs = 40, Inputs = 30;
        float[] first = Pseudorandom.Floats(Outputs * Inputs, 1), second = Pseudorandom.Floats(Outputs * Inputs, 2), values = [.. first];
        var packed = Own(Outputs, Inputs, isRepeated: true);
        packed.Take(values);
        PackedUse forward = packed.UseForward(), backward = packed.UseBackward();
        Assert.False(forward.Matrix.Data.Overlaps(backward.Matrix.Data));
        second.CopyTo(values, 0);
        SameBits.Assert(Forward(Outputs, Inputs, first), packed.UseForward().Matrix.Data);
        SameBits.Assert(Backward(Outputs, Inputs, first), packed.UseBackward().Matrix.Data);
        packed.Take(values);
        SameBits.Assert(Forward(Outputs, Inputs, second), packed.UseForward().Matrix.Data);
        SameBits.Assert(Backward(Outputs, Inputs, second), packed.UseBackward().Matrix.Data);
    }

    /// <summary>For one pass forward and one backward, or where the second packing would take much memory.</summary>
    [Theory]
    [InlineData(40, 30, false)]
    [InlineData(2048, 1024, true)]
    [InlineData(2048, 1024, false)]
    public void Elsewhere_the_packings_take_turns_in_one_memory(int outputs, int inputs, bool isRepeated)
    {
        float[] values = new float[outputs * inputs];
        var packed = Own(outputs, inputs, isRepeated);
        packed.Take(values);
        var forward = packed.UseForward().Matrix;
        Assert.True(forward.Data.Overlaps(packed.UseBackward().Matrix.Data));

        // Packed again, since the other one has been there.
        values.AsSpan().Fill(1);
        Assert.Equal(1, packed.UseForward().Matrix.Data[0]);
    }

    [Fact]
    public void Without_gradients_there_is_no_packing_for_them() =>
        Assert.False(new OwnPackedWeight(new WeightShape(4, 3, 1, NeedsBackward: false), helpers: null, isRepeated: true).HasBackward);

    private static OwnPackedWeight Own(int outputs, int inputs, bool isRepeated) =>
        new(new WeightShape(outputs, inputs, 1, NeedsBackward: true), helpers: null, isRepeated);

    private static ReadOnlySpan<float> Forward(int outputs, int inputs, float[] values)
    {
        var matrix = new PackedMatrix(inputs, outputs);
        matrix.PackTransposed(values);
        return matrix.Data;
    }

    private static ReadOnlySpan<float> Backward(int outputs, int inputs, float[] values)
    {
        var matrix = new PackedMatrix(outputs, inputs);
        matrix.Pack(values);
        return matrix.Data;
    }
}
