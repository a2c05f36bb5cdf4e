using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Generation;

/// <summary>
/// Decodes a target for each source with an encoder–decoder. The encoder runs once, the decoder step by step with carried states. The hypotheses of all
/// sources are rows of one pass; sources do not affect each other.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class SequenceDecoder
{
    private readonly DecodingSpec _spec;
    private readonly Replica _replica;
    private readonly SequenceLayout _source;
    private readonly int _vocabulary, _maxSources;
    private readonly float[] _states, _nextStates;

    /// <param name="model">A model whose first input is the source and whose second is the target; at each step it gives the target's next token.</param>
    /// <param name="parameters">(P). Read by every call, so it must not change while the decoder is in use.</param>
    /// <param name="maxSources">The most sources that are decoded at once.</param>
    /// <param name="weights">Packed weights shared with other decoders of the same parameters; null to pack its own.</param>
    /// <exception cref="InvalidInputException">The model is not an encoder–decoder, or a value of <paramref name="spec"/> is out of range.</exception>
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

    /// <summary>The best targets, best first: as many as the beam is wide, or fewer where fewer have finished.</summary>
    /// <exception cref="InvalidInputException">The source is empty, too long, or has a token outside the vocabulary.</exception>
    public IReadOnlyList<Hypothesis> DecodeAll(ReadOnlySpan<int> source) => DecodeBatch([source.ToArray()])[0];

    /// <summary>The best targets of each source, to the same bits as if it were decoded alone.</summary>
    /// <param name="sources">At most as many as the constructor was told. It is fastest where the sources with the longest targets come first.</param>
    /// <exception cref="InvalidInputException">A source is empty, too long, or has a token outside the vocabulary.</exception>
    /// <param name="excluded">For each source, a token that its target may not contain; null for none.</param>
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

            // Rows after the last unfinished source are left out. Finished ones before it are still computed, and ignored.
            live = Array.FindLastIndex(beams, beam => !beam.IsDone) + 1;
        }

        return [.. beams.Select(beam => beam.Best())];
    }

    /// <summary>Runs the layers that do not depend on the target, with each source repeated for every row of its beam.</summary>
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

    /// <summary>The decoder reads each live hypothesis's last token. Rows without a hypothesis read the begin token, and their outputs are ignored.</summary>
    private void Step(ReadOnlySpan<Beam> beams, bool isFirst)
    {
        int width = _spec.BeamWidth;
        Span<int> tokens = _replica.Inputs[1].Tokens;
        for (int i = 0; i < beams.Length; i++)
            for (int k = 0; k < width; k++) tokens[(i * width) + k] = beams[i].LastTokenOf(k);
        _replica.ForwardOf(_replica.Inference(beams.Length * width, hasState: !isFirst), ofTarget: true, _states, _nextStates);
    }

    /// <summary>Gives each live hypothesis the states of the one that it extends.</summary>
    private void CarryStates(IReadOnlyList<int> parents, int first)
    {
        int width = _replica.Model.StateWidth;
        for (int row = 0; row < parents.Count; row++) _nextStates.AsSpan((first + parents[row]) * width, width).CopyTo(_states.AsSpan((first + row) * width));
    }
}
