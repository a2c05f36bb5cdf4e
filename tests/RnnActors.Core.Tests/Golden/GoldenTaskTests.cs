using Xunit;
using Xunit.Sdk;

namespace RnnActors.Core.Tests.Golden;

public class GoldenTaskTests
{
    [SkippableTheory]
    [MemberData(nameof(GoldenTask.Cases), "", MemberType = typeof(GoldenTask))]
    public void Every_case_is_complete(string name)
    {
        GoldenTask task = GoldenTask.Read(name);
        Assert.StartsWith(task.Kind, name, StringComparison.Ordinal);
        if (task.Kind == "features") return;
        Assert.Equal(Path.GetFileName(name), task.Text("case"));
        Assert.NotEmpty(task.ParameterNames);
        foreach (string parameter in task.ParameterNames)
        {
            Assert.Equal(task.Shape("param." + parameter), task.Shape("grad." + parameter));
            Assert.Equal(task.Shape("param." + parameter), task.Shape("adam5." + parameter));
        }

        foreach (string result in task.GradientNames.Except(task.ParameterNames)) Assert.Equal(task.Shape(result), task.Shape("grad." + result));
        Assert.Equal(5, task.Floats("adam5.losses").Length);
        task.Compare("loss", task.Floats("adam5.losses").AsSpan(0, 1), absolute: 1e-6, relative: 1e-6);
    }

    [Fact]
    public void What_is_near_enough_passes() =>
        TensorAssert.Near<float, double>("x", [1f, -100f, float.PositiveInfinity], [1.00001, -100.01, double.PositiveInfinity]);

    [Theory]
    [InlineData(1.0002, "[1, 0]: 1.0002 is not 1")]
    [InlineData(double.NaN, "[1, 0]: NaN is not 1")]
    [InlineData(double.PositiveInfinity, "[1, 0]: Infinity is not 1")]
    public void The_worst_element_is_named_by_its_place(double actual, string message)
    {
        var failure = Assert.Throws<FailException>(() => TensorAssert.Near<float, double>("x", [0, 0, 1, 0], [1.1e-5, 0, actual, 0], [2, 2]));
        Assert.Contains("x: 2 of 4 values differ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_of_different_lengths_differ() => Assert.Throws<FailException>(() => TensorAssert.Near<float, float>("x", [0], [0, 0]));
}
