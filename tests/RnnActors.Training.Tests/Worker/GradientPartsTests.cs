using CsCheck;
using RnnActors.Training.Transfer;
using RnnActors.Training.Worker;
using Xunit;

namespace RnnActors.Training.Tests.Worker;

public class GradientPartsTests
{
    [Fact]
    public void Parts_follow_one_another_to_the_beginning_from_page_to_page_and_only_of_what_stands() =>
        Gen.Select(Gen.Int[1, 1_000_000], Gen.Int[0, 1_000_000].Array[0, 6]).Sample((length, stands) =>
        {
            var parts = new GradientParts(length);
            for (int computation = 0; computation < 2; computation++)
            {
                parts.Begin();
                int end = length;
                foreach (int from in stands.Where(at => at < length).OrderDescending().Append(0))
                {
                    if (!parts.TryCut(from, out int first, out int count)) continue;
                    Assert.InRange(first, from, end);
                    Assert.Equal((0, end), (first % FrameDescription.PageLength, first + count));
                    Assert.True(count > 0);
                    end = first;
                }

                Assert.Equal(0, end);
            }
        });
}
