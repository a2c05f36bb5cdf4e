using RnnActors.Core.Generation;
using RnnActors.Core.Problems;
using RnnActors.Data.Tasks;

namespace RnnActors.Data.Trained;

/// <summary>
/// A row that a trained network reads step by step, carrying its state. The answer after each step is the same, bit by bit, as the answer to the whole row so
/// far. A step costs the same however long the row is, and allocates nothing.
/// </summary>
/// <remarks>Not thread-safe: each thread needs its own session from <see cref="TrainedModel.CreateSession"/>.</remarks>
public sealed class ModelSession
{
    private readonly StepCodec _codec;
    private readonly SteppedNetwork _network;
    private readonly double[] _answer;

    internal ModelSession(StepCodec codec, TrainedNetwork network)
    {
        (_codec, _network) = (codec, new SteppedNetwork(network.Model, network.Parameters, network.Weights));
        _answer = new double[codec.Outputs.Count];
    }

    /// <summary>The name of each value of a step; empty if a step is a token.</summary>
    public IReadOnlyList<string> Inputs => _codec.Inputs;

    /// <summary>Whether the date of a step is read too.</summary>
    public bool ReadsTime => _codec.ReadsTime;

    /// <summary>The name of each number of an answer: a label, a token, or a target with the number of rows ahead, <c>sales+1</c>.</summary>
    public IReadOnlyList<string> Outputs => _codec.Outputs;

    /// <summary>The recurrent state. If it is stored and given to <see cref="Restore"/>, the row continues from here.</summary>
    public ReadOnlySpan<float> State => _network.State;

    /// <summary>Reads a step.</summary>
    /// <param name="values">One for each of <see cref="Inputs"/>, in their own units.</param>
    /// <returns>The answer: probabilities of labels, or forecasts in their own units. The next step overwrites it.</returns>
    /// <exception cref="InvalidInputException">A value is missing or cannot be used, or the network reads tokens, or dates too.</exception>
    public ReadOnlySpan<double> Step(params ReadOnlySpan<double> values)
    {
        if (_codec.ReadsTime)
            throw new InvalidInputException("this network reads the date of a step too (data.calendar)", "Give Step the date, then the values");
        return Read(null, values);
    }

    /// <summary>Reads a step of a network that reads dates (<see cref="ReadsTime"/>).</summary>
    /// <param name="time">The time of the step, as a table has it: for daily steps, midnight.</param>
    /// <inheritdoc cref="Step(ReadOnlySpan{double})"/>
    /// <exception cref="InvalidInputException">A value is missing or cannot be used, or the network reads no dates.</exception>
    public ReadOnlySpan<double> Step(DateTime time, params ReadOnlySpan<double> values)
    {
        if (!_codec.ReadsTime) throw new InvalidInputException("this network reads no dates", "Give Step the values alone");
        return Read(time, values);
    }

    private ReadOnlySpan<double> Read(DateTime? time, scoped ReadOnlySpan<double> values)
    {
        if (values.Length != Inputs.Count && Inputs.Count > 0)
            throw new InvalidInputException($"a step has {values.Length} values, but the network reads {Inputs.Count}: {string.Join(", ", Inputs)}",
                "Give as many, in this order");
        if (_codec.ReadsWords) throw new InvalidInputException("this network reads words with their spelling", "Give StepWord the Words of a text");
        _codec.Encode(values, _network.Values);
        if (time is { } own) _codec.EncodeTime(own, _network.Values);
        _network.Step();
        return Answer();
    }

    /// <summary>Reads a token.</summary>
    /// <param name="token">One of <see cref="Tokens"/>.</param>
    /// <returns>The answer; the next step overwrites it.</returns>
    /// <exception cref="InvalidInputException">The network reads values.</exception>
    public ReadOnlySpan<double> StepToken(int token)
    {
        if (Inputs.Count > 0) throw new InvalidInputException("this network reads values, not tokens", $"Give it {string.Join(", ", Inputs)}");
        if (_codec.ReadsWords) throw new InvalidInputException("this network reads words with their spelling", "Give StepWord the Words of a text");
        _network.Step(token);
        return Answer();
    }

    /// <summary>The tokens of a text, one for each step.</summary>
    /// <exception cref="InvalidInputException">The network reads values, or does not know something in the text.</exception>
    public int[] Tokens(string text) => _codec.Tokens(text);

    /// <summary>Reads a word with its spelling, as taggers do.</summary>
    /// <param name="word">One of <see cref="Words"/>.</param>
    /// <returns>The answer for this word; the next step overwrites it.</returns>
    /// <exception cref="InvalidInputException">The network reads something else.</exception>
    public ReadOnlySpan<double> StepWord(WordTokens word)
    {
        if (!_codec.ReadsWords) throw new InvalidInputException("this network does not read words with their spelling", "Use Step or StepToken");
        _network.Step(word.Token, word.Memory.Span);
        return Answer();
    }

    /// <summary>The words of a text, one for each step.</summary>
    /// <exception cref="InvalidInputException">The network does not read words with their spelling.</exception>
    public IReadOnlyList<WordTokens> Words(string text) => _codec.Words(text);

    /// <summary>Begins another row.</summary>
    public void Reset() => _network.Reset();

    /// <summary>Continues a row from its <see cref="State"/>.</summary>
    public void Restore(ReadOnlySpan<float> state) => _network.Restore(state);

    private ReadOnlySpan<double> Answer()
    {
        _codec.Decode(_network.Outputs, _answer);
        return _answer;
    }
}
