using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Tests.Kernels;
using RnnActors.Core.Training;

namespace RnnActors.Core.Tests.Training;

/// <summary>Equality of all that a run goes on from, bit by bit.</summary>
internal static class SameState
{
    public static void Assert(TrainingState expected, TrainingState actual)
    {
        Xunit.Assert.Equal(expected.Progress, actual.Progress);
        Assert(expected.Parameters, actual.Parameters);
        Xunit.Assert.Equal(expected.Moments.Count, actual.Moments.Count);
        for (int i = 0; i < expected.Moments.Count; i++) Assert(expected.Moments[i], actual.Moments[i]);
        Assert(expected.InferenceParameters, actual.InferenceParameters);
        SameBits.Assert(expected.Carried, actual.Carried);
        Xunit.Assert.Equal(expected.Best is null, actual.Best is null);
        if (expected.Best is not null) Assert(expected.Best, actual.Best!);
    }

    private static void Assert(AlignedBuffer expected, AlignedBuffer actual) => SameBits.Assert(expected.Span, actual.Span);
}
