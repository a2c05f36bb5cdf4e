using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Generation;

/// <summary>
/// Lets an encoder–decoder write a target for each of some sources: the encoder runs once, the decoder a step at a time, with its states carried. The
/// hypotheses of all sources are the rows of one pass, and none depends on another source.
/// </summary>
/// <remarks>Not for several threads at once.</remarks>
public sealed class SequenceDecoder
{
    private readonly DecodingSpec _spec;
    private readonly Replica _replica;
    private readonly SequenceLayout _source;
    private readonly int _vocabulary, _maxSources;
    private readonly float[] _states, _nextStates;

    /// <param name="model">Reads a source and a target, by these numbers, and gives the next token of the target at each of its steps.</param>
    /// <param name="parameters">(P), read as long as it decodes.</param>
    /// <param name="maxSources">Sources that are decoded at once.</param>
    /// <param name="weights">What it shares with others that compute with the same parameters; null where it is alone.</param>
    /// <exception cref="InvalidInputException">The model is no encoder–decoder, or a value of <paramref name="spec"/> is out of its range.</exception>
    public SequenceDecoder(Model model, ReadOnlyMemory<float> parameters, DecodingSpec spec, int maxSources = 1, SharedWeights? weights = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSources, 1);
        if (model.Inputs.Count != 2 || model.Inputs.Any(input => !input.Shape.IsTokens) || !model.Output.IsSequence || model.Output.Axis != new StepAxis(1)
            || model.Output.Features != model.Inputs[1].Shape.Vocabulary)
        {
            throw new InvalidInputException("the model does not read a source and a target and give the target's next token",
                "Decode with a model of two inputs");
        }

        _vocabulary = model.Output.Features;
        spec.Validate(_vocabulary);
        (_spec, _maxSources) = (spec, maxSources);
        int rows = checked(maxSources * spec.BeamWidth);
        _source = new SequenceLayout(spec.MaxSourceLength, rows, isRagged: true);
        _replica = new Replica(model, [_source, new SequenceLayout(1, rows)], training: false, shared: weights);
        _replica.Prepare(parameters);
        _states = new float[rows * model.StateWidth];
        _nextStates = new float[_states.Length];
    }

    /// <summary>The best target.</summary>
    /// <inheritdoc cref="DecodeAll"/>
    public Hypothesis Decode(ReadOnlySpan<int> source) => DecodeAll(source)[0];

    /// <summary>The best targets, the best first: as many as the beam is wide, or fewer where fewer ended.</summary>
    /// <exception cref="InvalidInputException">The source is empty, too long, or has a token that is none.</exception>
    public IReadOnlyList<Hypothesis> DecodeAll(ReadOnlySpan<int> source) => DecodeBatch([source.ToArray()])[0];

    /// <summary>The best targets of each source, to the same bits as if it were decoded alone.</summary>
    /// <param name="sources">As many as are decoded at once, or fewer; it takes the least time where those with the longest targets stand first.</param>
    /// <exception cref="InvalidInputException">A source is empty, too long, or has a token that is none.</exception>
    /// <param name="excluded">For each source, a token that its target may not have; null for none.</param>
    public IReadOnlyList<IReadOnlyList<Hypothesis>> DecodeBatch(IReadOnlyList<int[]> sources, IReadOnlyList<int?>? excluded = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sources.Count, _maxSources);
        Encode(sources);
        Beam[] beams = [.. sources.Select((source, i) => new Beam(_spec, _vocabulary, _spec.KeepsAttention ? source.Length : 0, excluded?[i]))];
        for (int step = 0, live = beams.Length; live > 0; step++)
        {
            Step(beams.AsSpan(0, live), isFirst: step == 0);
            for (int i = 0; i < live; i++)
            {
                if (beams[i].IsDone) continue;
                int first = i * _spec.BeamWidth;
                beams[i].Extend(_replica.Output.Values[(first * _vocabulary)..], _spec.KeepsAttention ? _replica.AttentionWeights : default, first);
                CarryStates(beams[i].Parents, first);
            }

            // Rows behind the last source that goes on are left out; those before it are computed and not looked at.
            live = Array.FindLastIndex(beams, beam => !beam.IsDone) + 1;
        }

        return [.. beams.Select(beam => beam.Best())];
    }

    /// <summary>Runs what does not depend on the target, for as many rows a source as the beam is wide.</summary>
    private void Encode(IReadOnlyList<int[]> sources)
    {
        int width = _spec.BeamWidth;
        int[] lengths = new int[sources.Count * width];
        for (int i = 0; i < sources.Count; i++)
        {
            Check(sources[i]);
            lengths.AsSpan(i * width, width).Fill(sources[i].Length);
        }

        _source.Fill(lengths);
        for (int row = 0; row < lengths.Length; row++)
            for (int t = 0; t < lengths[row]; t++) _replica.Inputs[0].Tokens[_source.PositionOf(t, row)] = sources[row / width][t];
        _replica.ForwardOf(_replica.Inference(lengths.Length, hasState: false), ofTarget: false, [], []);
    }

    private void Check(int[] source)
    {
        if (source.Length == 0) throw new InvalidInputException("the source is empty", "Give at least one token");
        if (source.Length > _spec.MaxSourceLength)
            throw new InvalidInputException($"the source has {source.Length} tokens, but at most {_spec.MaxSourceLength} are allowed",
                "Shorten it, or allow more");
        foreach (int token in source)
        {
            if ((uint)token >= (uint)_replica.Inputs[0].Shape.Vocabulary)
                throw new InvalidInputException($"token {token} of the source is outside the vocabulary of {_replica.Inputs[0].Shape.Vocabulary}");
        }
    }

    /// <summary>The decoder reads each live hypothesis's last token. Rows without one read the first token, and nobody reads what they give.</summary>
    private void Step(ReadOnlySpan<Beam> beams, bool isFirst)
    {
        int width = _spec.BeamWidth;
        Span<int> tokens = _replica.Inputs[1].Tokens;
        for (int i = 0; i < beams.Length; i++)
            for (int k = 0; k < width; k++) tokens[(i * width) + k] = beams[i].LastTokenOf(k);
        _replica.ForwardOf(_replica.Inference(beams.Length * width, hasState: !isFirst), ofTarget: true, _states, _nextStates);
    }

    /// <summary>Each live hypothesis goes on from the states of the one that it extends.</summary>
    private void CarryStates(IReadOnlyList<int> parents, int first)
    {
        int width = _replica.Model.StateWidth;
        for (int row = 0; row < parents.Count; row++) _nextStates.AsSpan((first + parents[row]) * width, width).CopyTo(_states.AsSpan((first + row) * width));
    }
}
