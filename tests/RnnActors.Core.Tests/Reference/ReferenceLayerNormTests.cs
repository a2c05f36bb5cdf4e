using CsCheck;
using RnnActors.Core.Reference;
using RnnActors.Core.Tests.Golden;
using Xunit;

namespace RnnActors.Core.Tests.Reference;

/// <summary>Layer normalisation against differences and against PyTorch.</summary>
public class ReferenceLayerNormTests
{
    [Fact]
    public void Gradients_are_those_of_differences() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 6], Gen.UInt[0, 1 << 20]).Sample((steps, features, seed) =>
        {
            seed *= 8;
            double[,] x = Arrays.Random(steps, features, seed), dOutput = Arrays.Random(steps, features, seed + 1);
            double[] weight = Arrays.Random(features, seed + 2), bias = Arrays.Random(features, seed + 3);

            // A wide ε keeps the curvature small where the features of a row are nearly equal.
            const double Epsilon = 0.1;
            double Loss() => ReferenceMath.Dot(Arrays.Flat(ReferenceLayerNorm.Forward(x, weight, bias, Epsilon).Output), Arrays.Flat(dOutput));
            ReferenceLayerNorm.Trace trace = ReferenceLayerNorm.Forward(x, weight, bias, Epsilon);
            (double[,] dInput, double[] dWeight, double[] dBias) = ReferenceLayerNorm.Backward(weight, trace, dOutput);
            FiniteDifference.Check("input", x, dInput, Loss);
            FiniteDifference.Check("weight", weight, dWeight, Loss);
            FiniteDifference.Check("bias", bias, dBias, Loss);
        }, iter: 50, threads: 1);

    [SkippableTheory]
    [MemberData(nameof(GoldenTask.Cases), "layer_norm", MemberType = typeof(GoldenTask))]
    public void Layer_norm_is_PyTorchs(string name)
    {
        GoldenTask task = GoldenTask.Read(name);
        int features = task.Shape("input")[2];
        double[] weight = task.Doubles("param.norm.weight"), bias = task.Doubles("param.norm.bias");

        // Rows are normalised by themselves, so that steps and sequences may be one.
        ReferenceLayerNorm.Trace trace = ReferenceLayerNorm.Forward(Arrays.Matrix(task.Doubles("input"), features), weight, bias, task.Number("eps"));
        (double[,] dInput, double[] dWeight, double[] dBias) = ReferenceLayerNorm.Backward(weight, trace, Arrays.Matrix(task.Doubles("grad.output"), features));
        task.Compare("output", Arrays.Flat(trace.Output));
        task.Compare("grad.input", Arrays.Flat(dInput));
        task.Compare("grad.norm.weight", dWeight);
        task.Compare("grad.norm.bias", dBias);
    }
}
