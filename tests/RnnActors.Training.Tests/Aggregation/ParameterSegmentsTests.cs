using CsCheck;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Training.Aggregation;
using Xunit;

namespace RnnActors.Training.Tests.Aggregation;

public class ParameterSegmentsTests
{
    [Fact]
    public void Segments_follow_one_another_from_block_to_block_and_cover_the_vector() =>
        Gen.Select(Gen.Int[1, 3_000_000], Gen.Int[1, 16]).Sample((length, max) =>
        {
            var segments = ParameterSegments.Cut(length, max);
            Assert.InRange(segments.Count, 1, max);
            int next = 0;
            for (int i = 0; i < segments.Count; i++)
            {
                Assert.Equal((i, next), (segments[i].Number, segments[i].First));
                Assert.Equal(0, segments[i].First % SquaredNorm.BlockLength);
                Assert.True(segments[i].Length > 0);
                next += segments[i].Length;
            }

            Assert.Equal(length, next);
        });

    [Fact]
    public void A_small_vector_has_one_segment_and_a_large_one_as_many_as_can_work_at_once()
    {
        Assert.Single(ParameterSegments.Cut(5000, 8));
        Assert.Equal(8, ParameterSegments.Cut(10_000_000, 8).Count);
    }
}
