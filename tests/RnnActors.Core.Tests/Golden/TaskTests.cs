using RnnActors.Core.Generation;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Objectives;
using Xunit;

namespace RnnActors.Core.Tests.Golden;

/// <summary>Unequal lengths, losses, layers and encoder–decoders against PyTorch: results, gradients, and five steps of Adam.</summary>
public sealed class TaskTests
{
    [SkippableTheory]
    [MemberData(nameof(GoldenTask.Cases), "ragged", MemberType = typeof(GoldenTask))]
    [MemberData(nameof(GoldenTask.Cases), "loss", MemberType = typeof(GoldenTask))]
    [MemberData(nameof(GoldenTask.Cases), "layer", MemberType = typeof(GoldenTask))]
    [MemberData(nameof(GoldenTask.Cases), "seq2seq", MemberType = typeof(GoldenTask))]
    public void The_loss_and_all_gradients_are_PyTorchs(string name)
    {
        var task = GoldenTask.Read(name);
        var run = TaskRuns.Of(task);
        task.Compare("loss", [run.Step()]);
        run.CompareGradients();
        CompareResults(task, run);
    }

    [SkippableTheory]
    [MemberData(nameof(GoldenTask.Cases), "ragged", MemberType = typeof(GoldenTask))]
    [MemberData(nameof(GoldenTask.Cases), "loss", MemberType = typeof(GoldenTask))]
    [MemberData(nameof(GoldenTask.Cases), "layer", MemberType = typeof(GoldenTask))]
    [MemberData(nameof(GoldenTask.Cases), "seq2seq", MemberType = typeof(GoldenTask))]
    public void Five_steps_of_Adam_lose_what_PyTorch_loses(string name) => TaskRuns.Of(GoldenTask.Read(name)).CompareAdam();

    [SkippableTheory]
    [MemberData(nameof(GoldenTask.Cases), "loss_ctc", MemberType = typeof(GoldenTask))]
    public void Each_sequence_has_PyTorchs_loss(string name)
    {
        var task = GoldenTask.Read(name);
        var run = TaskRuns.Of(task);
        run.Step();

        // The gradient may stand where the outputs were, so they are computed again.
        run.Replica.Forward(run.Replica.Inference(run.Batch.Rows, hasState: false), [], []);
        double[] losses = new double[run.Batch.Rows];
        ((Ctc)run.Objective).EvaluateEach(run.Replica.RowsFor(run.Batch, new ShardRows(0, run.Batch.Rows)), losses);
        task.Compare("per_sequence", losses);
    }

    [SkippableTheory]
    [MemberData(nameof(GoldenTask.Cases), "seq2seq", MemberType = typeof(GoldenTask))]
    public void The_likeliest_words_and_the_beam_are_PyTorchs(string name)
    {
        var task = GoldenTask.Read(name);
        var run = TaskRuns.Of(task);
        int length = task.Int("max_length"), width = task.Int("beam_width");
        var spec = new DecodingSpec
        {
            Begin = task.Int("begin"),
            End = task.Int("end"),
            MaxLength = length,
            MaxSourceLength = task.Shape("source")[0],
            LengthPenalty = task.Number("length_penalty_alpha"),
        };
        var greedy = new SequenceDecoder(run.Model, run.Parameters.Memory, spec);
        var beam = new SequenceDecoder(run.Model, run.Parameters.Memory, spec with { BeamWidth = width });
        var source = run.Batch.AllInputs[0];
        int[] greedyLengths = task.Ints("greedy.lengths"), greedyWords = task.Ints("greedy.words"), beamLengths = task.Ints("beam.lengths"),
            beamWords = task.Ints("beam.words");
        float[] greedyProbability = task.Floats("greedy.log_probability"), beamProbability = task.Floats("beam.log_probability"),
            scores = task.Floats("beam.score");
        for (int row = 0; row < run.Batch.Rows; row++)
        {
            int[] words = new int[source.Layout.LengthOf(row)];
            for (int t = 0; t < words.Length; t++) words[t] = source.Tokens[source.Layout.PositionOf(t, row)];
            var best = greedy.Decode(words);
            Assert.Equal(greedyWords.AsSpan(row * length, greedyLengths[row]).ToArray(), best.Tokens);
            Assert.Equal(greedyProbability[row], best.LogProbability, 1e-4);
            var hypotheses = beam.DecodeAll(words);
            for (int i = 0; i < width; i++)
            {
                int at = (row * width) + i;
                if (i >= hypotheses.Count)
                {
                    Assert.Equal(0, beamLengths[at]);
                    continue;
                }

                Assert.Equal(beamWords.AsSpan(at * length, beamLengths[at]).ToArray(), hypotheses[i].Tokens);
                Assert.Equal(beamProbability[at], hypotheses[i].LogProbability, 1e-4);
                Assert.Equal(scores[at], hypotheses[i].Score, 1e-4);
            }
        }
    }

    /// <summary>What the case watches beside its parameters.</summary>
    private static void CompareResults(GoldenTask task, TaskRun run)
    {
        for (int i = 0; i < run.Replica.Inputs.Count; i++)
        {
            string input = run.Replica.Inputs.Count == 1 ? "input" : run.Model.Inputs[i].Name;
            var signal = run.Replica.Inputs[i];
            if (!task.Has("grad." + input) || signal.Shape.IsTokens) continue;
            task.Compare("grad." + input, TaskRun.Padded(signal.Gradient, signal.Layout, signal.Features, signal.Layout.MaxSteps));
        }

        if (!task.Has("h0")) return;
        Compare(task, run, "hn", run.FinalState, isCell: false);
        Compare(task, run, "grad.h0", run.InitialStateGradient, isCell: false);
        if (!task.Has("c0")) return;
        Compare(task, run, "cn", run.FinalState, isCell: true);
        Compare(task, run, "grad.c0", run.InitialStateGradient, isCell: true);
    }

    /// <summary>From our rows to PyTorch's (layers · directions, rows, H).</summary>
    private static void Compare(GoldenTask task, TaskRun run, string tensor, float[] states, bool isCell)
    {
        int[] shape = task.Shape("h0");
        int rows = run.Batch.Rows, hidden = shape[^1], memory = task.Has("c0") ? task.Shape("c0")[^1] : 0, width = isCell ? memory
            : hidden, cells = states.Length / rows / (hidden + memory);
        float[] actual = new float[cells * rows * width];
        for (int cell = 0; cell < cells; cell++)
        {
            for (int row = 0; row < rows; row++)
                states.AsSpan((((row * cells) + cell) * (hidden + memory)) + (isCell ? hidden : 0), width).CopyTo(actual.AsSpan(((cell * rows) + row) * width));
        }

        task.Compare(tensor, actual);
    }
}
