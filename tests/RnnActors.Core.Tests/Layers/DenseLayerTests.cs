using RnnActors.Core.Kernels.Products;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Sequences;
using RnnActors.Core.Tests.Kernels;
using Xunit;

namespace RnnActors.Core.Tests.Layers;

public class DenseLayerTests
{
    private const int Steps = 5, Rows = 3, Units = 256;

    /// <summary>The rest of its memory is never touched, so that it takes none of the machine's. A
    /// dense layer of 256 K weights is the largest that is small.</summary>
    [Theory]
    [InlineData(7)]
    [InlineData(1024)]
    public void Under_a_small_dense_layer_a_recurrent_layer_reads_its_gradient_a_step_at_a_time(int outputs)
    {
        Span<float> gradient = BackwardOver(new Lstm(Units, returnSequences: true), outputs);
        Assert.False(gradient[..(Rows * Units)].ContainsAnyExceptInRange(float.MinValue, float.MaxValue));
        Assert.False(gradient[(Rows * Units)..].ContainsAnyInRange(float.MinValue, float.MaxValue));
    }

    /// <summary>A larger weight would be read anew for each step; two directions need the same step
    /// at different times, and of the last step alone there is one.</summary>
    [Fact]
    public void Elsewhere_all_of_it_is_there_at_once()
    {
        Assert.False(BackwardOver(new Lstm(Units, returnSequences: true), 1025).ContainsAnyExceptInRange(float.MinValue, float.MaxValue));
        Assert.False(BackwardOver(new Lstm(Units, returnSequences: true) { Bidirectional = true }, 7).ContainsAnyExceptInRange(float.MinValue, float.MaxValue));
        Assert.False(BackwardOver(new Lstm(Units), 7).ContainsAnyExceptInRange(float.MinValue, float.MaxValue));
    }

    /// <summary>What it gives is the row of the whole product, in any order of steps.</summary>
    [Fact]
    public void A_steps_gradient_is_its_part_of_the_whole_product()
    {
        const int Outputs = 9;
        var input = new SignalBuffer(Steps, Rows, new Shape(Units), needsGradient: true) { IsReadByStep = true };
        var model = new Model(new ModelSpec([new Dense(Outputs)]), new Shape(Units));
        var pass = new Dense(Outputs).CreateLayer(model.Setup(0, [input], Rows, training: true));
        var parameters = model.CreateParameters(1);
        pass.Prepare(parameters.Memory);
        var context = new PassContext(Rows, 0, true, 0, 0, false, 0);
        pass.Forward(context, [], []);
        float[] gradient = Pseudorandom.Floats(Steps * Rows * Outputs, 1), whole = new float[Steps * Rows * Units];
        gradient.CopyTo(pass.Output.Gradient);
        pass.Backward(context, []);
        var weight = new PackedMatrix(Outputs, Units);
        weight.Pack(parameters.Span[..(Outputs * Units)]);
        MatMul.Multiply(gradient, Outputs, Steps * Rows, weight, whole, Units);
        foreach (int t in new[] { 4, 0, 2, 3, 1 }) SameBits.Assert(whole.AsSpan(t * Rows * Units, Rows * Units), input.GradientAt(t));
    }

    /// <summary>The gradient of the cell's output after a backward pass, over memory of
    /// not-a-numbers: of the top layer's signal, or of its last step.</summary>
    private static Span<float> BackwardOver(Lstm cell, int outputs)
    {
        var model = new Model(new ModelSpec([cell, new Dense(outputs)]), new Shape(3));
        var replica = new Replica(model, Steps, Rows, training: true);
        replica.Prepare(model.CreateParameters(1).Memory);
        Pseudorandom.Floats(Steps * Rows * 3, 2).CopyTo(replica.Input.Values);
        var context = new PassContext(Rows, 0, true, 0, 0, false, model.StateWidth);
        replica.Forward(context, [], []);
        var below = replica.Layers[0].Output;
        Span<float> gradient = below.Gradient[..below.Length], own = replica.Output.Gradient[..replica.Output.Length];
        gradient.Fill(float.NaN);
        own.Fill(0.5f);
        replica.Backward(context, []);
        return gradient;
    }
}
