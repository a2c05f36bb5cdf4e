using RnnActors.Core.Checkpoints;
using Xunit;

namespace RnnActors.Core.Tests.Golden;

public class GoldenCaseTests
{
    [Fact]
    public void The_ten_cases_of_the_repository_are_found() =>
        Assert.Equal(10, GoldenCase.All.Cast<object[]>().Count(row => !Path.IsPathRooted((string)row[0])));

    [Theory]
    [MemberData(nameof(GoldenCase.All), MemberType = typeof(GoldenCase))]
    public void Every_case_is_complete(string name)
    {
        GoldenCase golden = GoldenCase.Read(name);
        Assert.Equal((4 * golden.Layers * golden.Directions) + 2, golden.ParameterNames.Count());
        foreach (string parameter in golden.ParameterNames)
        {
            Assert.Equal(golden.Shape("param." + parameter), golden.Shape("grad." + parameter));
            Assert.Equal(golden.Shape("param." + parameter), golden.Shape("adam5." + parameter));
        }

        Assert.Equal([golden.Layers * golden.Directions, golden.Batch, golden.Hidden], golden.Shape("h0"));
        Assert.Equal([golden.Steps, golden.Batch, golden.Directions * golden.Hidden], golden.Shape("output"));
        Assert.Equal([golden.IsEveryStep ? golden.Steps * golden.Batch : golden.Batch, golden.Outputs], golden.Shape("logits"));
        Assert.Equal(golden.Loss.StartsWith("mse", StringComparison.Ordinal) ? TensorType.F32 : TensorType.I64, golden.Tensors["target"].Type);
        Assert.Equal(golden.Floats("loss")[0], golden.Floats("adam5.losses")[0], 1e-6f);
    }
}
