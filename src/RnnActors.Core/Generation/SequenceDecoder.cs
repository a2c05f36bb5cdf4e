using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Generation;

/// <summary>
/// Lets an encoder–decoder write a target for a source: the encoder runs once, the decoder a step at a time, with its states carried. Of several hypotheses the live ones are the rows of one pass.
/// </summary>
/// <remarks>Not for several threads at once.</remarks>
public sealed class SequenceDecoder
{
    private readonly DecodingSpec _spec;
    private readonly Replica _replica;
    private readonly SequenceLayout _source;
    private readonly int _vocabulary;
    private readonly float[] _states, _nextStates;
    private readonly List<Candidate> _candidates = [];

    /// <param name="model">Reads a source and a target, by these numbers, and gives the next token of the target at each of its steps.</param>
    /// <param name="parameters">(P), read as long as it decodes.</param>
    /// <exception cref="InvalidInputException">The model is no encoder–decoder, or a value of <paramref name="spec"/> is out of its range.</exception>
    public SequenceDecoder(Model model, ReadOnlyMemory<float> parameters, DecodingSpec spec)
    {
        if (model.Inputs.Count != 2 || model.Inputs.Any(input => !input.Shape.IsTokens) || !model.Output.IsSequence || model.Output.Axis != 1 || model.Output.Features != model.Inputs[1].Shape.Vocabulary)
            throw new InvalidInputException("the model does not read a source and a target and give the target's next token", "Decode with a model of two inputs");
        _vocabulary = model.Output.Features;
        spec.Validate(_vocabulary);
        _spec = spec;
        _source = new SequenceLayout(spec.MaxSourceLength, spec.BeamWidth, isRagged: true);
        _replica = new Replica(model, [_source, new SequenceLayout(1, spec.BeamWidth)], training: false);
        _replica.Prepare(parameters);
        _states = new float[spec.BeamWidth * model.StateWidth];
        _nextStates = new float[_states.Length];
    }

    /// <summary>The best target.</summary>
    /// <inheritdoc cref="DecodeAll"/>
    public Hypothesis Decode(ReadOnlySpan<int> source) => DecodeAll(source)[0];

    /// <summary>The best targets, the best first: as many as the beam is wide, or fewer where fewer ended.</summary>
    /// <exception cref="InvalidInputException">The source is empty, too long, or has a token that is none.</exception>
    public IReadOnlyList<Hypothesis> DecodeAll(ReadOnlySpan<int> source)
    {
        Encode(source);
        int width = _spec.BeamWidth;
        List<Live> live = [new([], 0)];
        List<Hypothesis> finished = [];
        for (int step = 0; step < _spec.MaxLength && live.Count > 0 && finished.Count < width; step++)
        {
            Step(live, isFirst: step == 0);
            List<Live> next = [];
            List<int> parents = [];
            foreach (var candidate in Best(live, 2 * width))
            {
                int[] tokens = [.. live[candidate.Parent].Tokens, candidate.Token];
                if (candidate.Token == _spec.End)
                {
                    if (candidate.Rank < width) finished.Add(Finish(tokens, candidate.LogProbability));
                }
                else if (next.Count < width)
                {
                    next.Add(new Live(tokens, candidate.LogProbability));
                    parents.Add(candidate.Parent);
                }
            }

            CarryStates(parents);
            live = next;
        }

        if (finished.Count < width) finished.AddRange(live.Select(one => Finish([.. one.Tokens], one.LogProbability)));
        return [.. finished.OrderByDescending(one => one.Score).Take(width)];
    }

    /// <summary>Runs what does not depend on the target, for as many rows as the beam is wide.</summary>
    private void Encode(ReadOnlySpan<int> source)
    {
        if (source.IsEmpty) throw new InvalidInputException("the source is empty", "Give at least one token");
        if (source.Length > _spec.MaxSourceLength)
            throw new InvalidInputException($"the source has {source.Length} tokens, but at most {_spec.MaxSourceLength} are allowed", "Shorten it, or allow more");
        foreach (int token in source)
        {
            if ((uint)token >= (uint)_replica.Inputs[0].Shape.Vocabulary)
                throw new InvalidInputException($"token {token} of the source is outside the vocabulary of {_replica.Inputs[0].Shape.Vocabulary}");
        }

        int[] lengths = new int[_spec.BeamWidth];
        Array.Fill(lengths, source.Length);
        _source.Fill(lengths);
        for (int t = 0; t < source.Length; t++) _replica.Inputs[0].Tokens.Slice(_source.FirstAt(t), _spec.BeamWidth).Fill(source[t]);
        _replica.ForwardOf(_replica.Inference(_spec.BeamWidth, hasState: false), ofTarget: false, [], []);
    }

    /// <summary>The decoder reads each live hypothesis's last token.</summary>
    private void Step(List<Live> live, bool isFirst)
    {
        for (int row = 0; row < live.Count; row++) _replica.Inputs[1].Tokens[row] = isFirst ? _spec.Begin : live[row].Tokens[^1];
        _replica.ForwardOf(_replica.Inference(live.Count, hasState: !isFirst), ofTarget: true, _states, _nextStates);
    }

    /// <summary>The likeliest of all live hypotheses with all tokens behind them; of equal ones, the earlier hypothesis's and then the lower token's.</summary>
    private IEnumerable<Candidate> Best(List<Live> live, int count)
    {
        _candidates.Clear();
        for (int row = 0; row < live.Count; row++)
        {
            ReadOnlySpan<float> logits = _replica.Output.Values.Slice(row * _vocabulary, _vocabulary);
            double logSum = Softmax.LogSumExp(logits);
            for (int token = 0; token < _vocabulary; token++) _candidates.Add(new Candidate(row, token, live[row].LogProbability + logits[token] - logSum, 0));
        }

        return _candidates.OrderByDescending(one => one.LogProbability).Take(count).Select((one, rank) => one with { Rank = rank });
    }

    /// <summary>Each live hypothesis goes on from the states of the one that it extends.</summary>
    private void CarryStates(List<int> parents)
    {
        int width = _replica.Model.StateWidth;
        for (int row = 0; row < parents.Count; row++) _nextStates.AsSpan(parents[row] * width, width).CopyTo(_states.AsSpan(row * width));
    }

    private Hypothesis Finish(int[] tokens, double logProbability)
    {
        double penalty = PortableMath.Exp(_spec.LengthPenalty * PortableMath.Log((5.0 + tokens.Length) / 6));
        return new Hypothesis(tokens, logProbability, logProbability / penalty);
    }

    private readonly record struct Live(int[] Tokens, double LogProbability);

    private readonly record struct Candidate(int Parent, int Token, double LogProbability, int Rank);
}
