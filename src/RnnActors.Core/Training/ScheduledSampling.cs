using RnnActors.Core.Kernels.RandomNumbers;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;

namespace RnnActors.Core.Training;

/// <summary>
/// Replaces some of the target's tokens by the decoder's own predictions. A first forward pass under teacher forcing predicts all positions at once: parallel
/// scheduled sampling with one pass, Duckworth et al. 2019. Whether a position is replaced is drawn by its row, time and step, so the bits do not depend on who
/// computes the row.
/// </summary>
internal sealed class ScheduledSampling
{
    private readonly TeacherForcing _forcing;
    private readonly Replica _replica;
    private readonly ulong _seed;

    /// <exception cref="InvalidInputException">The model is not an encoder–decoder.</exception>
    public ScheduledSampling(TeacherForcing forcing, Replica replica, ulong seed)
    {
        (_forcing, _replica, _seed) = (forcing, replica, seed);
        Model model = replica.Model;
        if (model.Inputs.Count == 2 && model.Inputs[1].Shape is { IsTokens: true } target
            && model.Output is { IsSequence: true, Axis: { Input: 1, StepsEach: 1 } } && model.Output.Features == target.Vocabulary) return;
        throw new InvalidInputException("training.teacherForcing is for models that read a source and a target and give the target's next token",
            "Leave it out");
    }

    /// <summary>Replaces tokens of the loaded batch, as the schedule says for this step.</summary>
    public void Apply(in PassContext context, ReadOnlySpan<float> initialState)
    {
        double share = _forcing.ShareAt(context.Step);
        if (share >= 1) return;
        _replica.Forward(context, initialState, []);
        var (layout, outputs) = (_replica.Layouts[1], _replica.Output);
        Span<int> tokens = _replica.Inputs[1].Tokens;
        var key = PhiloxKey.Of(_seed, RandomPurpose.TeacherForcing, context.Step);
        for (int row = 0; row < layout.Rows; row++)
        {
            // The begin token is never replaced.
            for (int t = 1; t < layout.LengthOf(row); t++)
            {
                if (Philox.Uniform(Philox.Block(key, 0, (uint)t, (uint)(context.FirstRow + row), 0).W0) < share) continue;
                tokens[layout.PositionOf(t, row)] = Likeliest(outputs.Values.Slice(layout.PositionOf(t - 1, row) * outputs.Features, outputs.Features));
            }
        }
    }

    private static int Likeliest(ReadOnlySpan<float> outputs)
    {
        int best = 0;
        for (int token = 1; token < outputs.Length; token++)
            if (outputs[token] > outputs[best]) best = token;
        return best;
    }
}
