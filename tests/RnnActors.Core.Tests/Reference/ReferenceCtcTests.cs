using CsCheck;
using RnnActors.Core.Reference;
using RnnActors.Core.Tests.Golden;
using Xunit;

namespace RnnActors.Core.Tests.Reference;

/// <summary>CTC against the sum over every alignment, against differences, and against PyTorch.</summary>
public class ReferenceCtcTests
{
    /// <summary>Logits (T, V), a target without blanks, and the blank.</summary>
    private static Gen<(double[,] Logits, int[] Target, int Blank)> Cases =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[2, 4], Gen.Int[0, 3], Gen.UInt[0, 1 << 20]).SelectMany((frames, classes, blankOf, seed) =>
        {
            int blank = blankOf % classes;
            return Gen.Int[0, classes - 2].Array[0, 4].Select(labels =>
                (Arrays.Random(frames, classes, seed, scale: 3), labels.Select(label => label < blank ? label : label + 1).ToArray(), blank));
        });

    [Fact]
    public void The_loss_is_that_of_all_alignments_added_one_by_one() => Cases.Sample(one =>
    {
        double expected = -Math.Log(AllAlignments(one.Logits, one.Target, one.Blank)), actual = ReferenceCtc.Compute(one.Logits, one.Target, one.Blank).Loss;
        Assert.True(expected == actual || Math.Abs(expected - actual) < 1e-10, $"{actual} is not {expected}");
        Assert.Equal(one.Logits.GetLength(0) < one.Target.Length + Repeats(one.Target), double.IsPositiveInfinity(actual));
    }, iter: 300, threads: 1);

    [Fact]
    public void The_gradient_is_that_of_differences_or_no_number_where_the_loss_is_infinite() => Cases.Sample(one =>
    {
        ReferenceCtc.Result result = ReferenceCtc.Compute(one.Logits, one.Target, one.Blank);
        if (double.IsPositiveInfinity(result.Loss)) Assert.All(Arrays.Flat(result.Gradient), value => Assert.True(double.IsNaN(value)));
        else FiniteDifference.Check("logits", one.Logits, result.Gradient, () => ReferenceCtc.Compute(one.Logits, one.Target, one.Blank).Loss);
    }, iter: 150, threads: 1);

    [SkippableTheory]
    [MemberData(nameof(GoldenTask.Cases), "loss_ctc", MemberType = typeof(GoldenTask))]
    public void Ctc_is_PyTorchs(string name)
    {
        GoldenTask task = GoldenTask.Read(name);
        int steps = task.Shape("logits")[0], rows = task.Shape("logits")[1], classes = task.Shape("logits")[2], longest = task.Shape("target")[1];
        int[] lengths = task.Ints("input_lengths"), targetLengths = task.Ints("target_lengths"), targets = task.Ints("target");
        double[] losses = new double[rows];
        double total = 0;
        List<double[,]> gradients = [];
        for (int row = 0; row < rows; row++)
        {
            double[,] logits = Arrays.Sequence(task.Doubles("logits"), rows, classes, row, lengths[row]);
            ReferenceCtc.Result result = ReferenceCtc.Compute(logits, targets[(row * longest)..((row * longest) + targetLengths[row])], task.Int("blank"));
            if (double.IsPositiveInfinity(result.Loss) && task.Flag("zero_infinity")) result = new ReferenceCtc.Result(0, new double[lengths[row], classes]);
            double share = task.Text("reduction") == "mean" ? 1.0 / (Math.Max(1, targetLengths[row]) * rows) : 1;
            losses[row] = result.Loss;
            total += result.Loss * share;
            gradients.Add(Arrays.Matrix([.. Arrays.Flat(result.Gradient).Select(value => value * share)], classes));
        }

        task.Compare("per_sequence", losses);
        task.Compare("loss", [total]);
        task.Compare("grad.logits", Arrays.Batch(gradients, steps));
    }

    private static int Repeats(int[] target) => target.Skip(1).Zip(target, (label, before) => label == before ? 1 : 0).Sum();

    /// <summary>The summed probability of every path of one class a frame that becomes the target: by its definition, V to the power of T of them.</summary>
    private static double AllAlignments(double[,] logits, int[] target, int blank)
    {
        int frames = logits.GetLength(0), classes = logits.GetLength(1);
        double total = 0;
        int[] path = new int[frames];
        for (int number = 0; number < (int)Math.Pow(classes, frames); number++)
        {
            double probability = 1;
            for (int t = 0, rest = number; t < frames; t++, rest /= classes)
            {
                path[t] = rest % classes;
                probability *= Math.Exp(logits[t, path[t]]) / ReferenceMath.Row(logits, t).Sum(Math.Exp);
            }

            if (path.Where((label, t) => label != blank && (t == 0 || label != path[t - 1])).SequenceEqual(target)) total += probability;
        }

        return total;
    }
}
