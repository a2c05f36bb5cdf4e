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

    /// <summary>What the case watches beside its parameters.</summary>
    private static void CompareResults(GoldenTask task, TaskRun run)
    {
        for (int i = 0; i < run.Replica.Inputs.Count; i++)
        {
            string input = run.Replica.Inputs.Count == 1 ? "input" : run.Model.Inputs[i].Name;
            var signal = run.Replica.Inputs[i];
            if (!task.Has("grad." + input) || signal.Signal.IsTokens) continue;
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
        int rows = run.Batch.Rows, hidden = shape[^1], memory = task.Has("c0") ? task.Shape("c0")[^1] : 0, width = isCell ? memory : hidden, cells = states.Length / rows / (hidden + memory);
        float[] actual = new float[cells * rows * width];
        for (int cell = 0; cell < cells; cell++)
        {
            for (int row = 0; row < rows; row++)
                states.AsSpan((((row * cells) + cell) * (hidden + memory)) + (isCell ? hidden : 0), width).CopyTo(actual.AsSpan(((cell * rows) + row) * width));
        }

        task.Compare(tensor, actual);
    }
}
