using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;

namespace RnnActors.Core.Generation;

/// <summary>
/// Continues a text with a language model, token by token. The hidden state is carried, so a token takes one step whatever the text's length, and allocates
/// nothing. Where the model's weights are large, other threads help.
/// </summary>
public sealed class TokenGenerator : IDisposable
{
    private readonly IntraOpThreads? _helpers;
    private readonly Replica _replica;
    private readonly TokenSampler _sampler;
    private readonly float[] _state;
    private bool _hasState;

    /// <param name="parameters">(P). Read by every step, so it must not change while the generator is in use.</param>
    /// <param name="threads">Threads that compute, the caller's among them; null to choose by the size of the weights. They change no bit.</param>
    /// <exception cref="InvalidInputException">The model does not predict the next token.</exception>
    public TokenGenerator(Model model, ReadOnlyMemory<float> parameters, SamplingSpec sampling, int? threads = null)
    {
        if (!model.Input.IsTokens || !model.Output.IsSequence || model.Output.Features != model.Input.Vocabulary)
            throw new InvalidInputException($"the model reads {model.Input} and gives {model.Output}: it does not predict the next token",
                "Generate from a language model");
        if (model.Spec.Layers.OfType<Recurrent>().Any(layer => layer.Bidirectional))
            throw new InvalidInputException("a bidirectional model reads the text that it would write", "Generate from a model that reads forward");
        ModelCheck.CanBeStepped(model);
        _sampler = new TokenSampler(sampling, model.Output.Features);
        _helpers = threads is { } number ? IntraOpThreads.Of(number) : IntraOpThreads.For(WeightsOf(model));
        _replica = new Replica(model, steps: 1, capacity: 1, training: false, helpers: _helpers);
        _replica.Prepare(parameters);
        _state = new float[model.StateWidth];
    }

    /// <summary>Threads that compute.</summary>
    public int Threads => _helpers?.Threads ?? 1;

    /// <summary>(V): the logits for the token after all that the model has read.</summary>
    public ReadOnlySpan<float> Logits => _hasState
        ? _replica.Output.Values[.._replica.Output.Features]
        : throw new InvalidOperationException("Feed at least one token first.");

    /// <summary>Lets the model read tokens: a prompt, or more of it.</summary>
    public void Feed(ReadOnlySpan<int> tokens)
    {
        foreach (int token in tokens) Feed(token);
    }

    /// <summary>Chooses the next token and lets the model read it.</summary>
    public int Next()
    {
        int token = _sampler.Next(Logits);
        Feed(token);
        return token;
    }

    /// <summary>Ends the threads that help.</summary>
    public void Dispose() => _helpers?.Dispose();

    /// <summary>The number of weights that a step multiplies with: all but the embedding, of which it reads a row.</summary>
    private static long WeightsOf(Model model) => model.Layout.Slots.Skip(1).Sum(slot => (long)slot.Length);

    private void Feed(int token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, _replica.Model.Input.Vocabulary);
        _replica.Input.Tokens[0] = token;
        _replica.Forward(_replica.Inference(rows: 1, _hasState), _state, _state);
        _hasState = true;
    }
}
