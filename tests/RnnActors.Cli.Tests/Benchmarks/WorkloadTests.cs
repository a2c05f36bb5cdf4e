using RnnActors.Cli.Benchmarks;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Cli.Tests.Benchmarks;

public class WorkloadTests
{
    /// <summary>Names and floating-point operations as the program that we are compared with has them.</summary>
    public static TheoryData<string, double> Known => new()
    {
        { "rnn L1 I1 H10 B32 T32 V0", 677_760.0 },
        { "rnn L1 I1 H32 B32 T50 V0", 10_143_744.0 },
        { "lstm L1 I8 H32 B32 T48 V0", 47_192_064.0 },
        { "lstm L1 I8 H64 B64 T96 V0", 679_501_824.0 },
        { "gru L1 I8 H64 B64 T96 V0", 509_632_512.0 },
        { "lstm L2 I64 H128 B64 T64 V65", 5_841_616_896.0 },
        { "gru L2 I64 H256 B64 T64 V65", 16_112_418_816.0 },
        { "minGru L2 I64 H256 B64 T64 V65", 4_435_476_480.0 },
        { "lstm L2 I128 H256 B64 T64 V65", 22_957_522_944.0 },
        { "lstm L2 I128 H512 B64 T64 V65", 84_569_751_552.0 },
        { "lstm L1 I256 H1024 B64 T32 V65", 65_242_398_720.0 },
        { "lstm L2 I200 H200 B20 T20 V10000", 6_336_000_000.0 },
    };

    [Theory]
    [MemberData(nameof(Known))]
    public void Work_is_counted_as_others_count_it(string name, double flops)
    {
        var workload = Workload.All.Single(workload => workload.Name == name);
        Assert.Equal(flops, workload.TrainingFlops);
        Assert.Equal(flops / 3 / workload.Batch / workload.Steps, workload.GenerationFlops, 1e-6);
    }

    [Fact]
    public void There_are_no_others() => Assert.Equal(Known.Select(row => (string)row[0]), Workload.All.Select(workload => workload.Name));

    /// <summary>The weights that every row and step is multiplied with make the operations.</summary>
    [Theory]
    [MemberData(nameof(Known))]
    public void The_model_has_the_weights_that_the_operations_are_counted_for(string name, double flops)
    {
        var workload = Workload.All.Single(workload => workload.Name == name);
        var slots = workload.CreateModel().Layout.Slots.Where(slot =>
            slot.Name.Contains("weight", StringComparison.Ordinal) && !slot.Name.StartsWith("embedding", StringComparison.Ordinal));
        double products = slots.Sum(slot =>
            2.0 * slot.Length * (slot.Name.StartsWith("dense", StringComparison.Ordinal) && workload.Vocabulary == 0 ? workload.Batch : workload.Tokens));
        Assert.Equal(flops, 3 * products);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    public void A_step_is_one_whole_batch(int number)
    {
        var workload = Workload.All[number];
        var job = workload.CreateJob(shards: 8);
        Assert.Equal((workload.Batch, workload.Steps), (job.CreatePlan().NextRows(TrainingProgress.Start).Length, job.Data.Steps));
        Assert.Equal(0, job.Data.Rows % workload.Batch);
    }
}
