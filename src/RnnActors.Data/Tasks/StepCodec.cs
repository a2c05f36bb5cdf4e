using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Tasks;

/// <summary>What stands around a network that reads a row step by step: raw values or tokens in,
/// answers in the user's units out. Reading and answering a step allocate nothing.</summary>
/// <param name="inputs">What each value of a step is called; none where a step is a token.</param>
/// <param name="outputs">What each number of an answer is called.</param>
public abstract class StepCodec(IReadOnlyList<string> inputs, IReadOnlyList<string> outputs)
{
    /// <summary>What each value of a step is called; none where a step is a token.</summary>
    public IReadOnlyList<string> Inputs => inputs;

    /// <summary>What each number of an answer is called: a label, a token, a forecast row.</summary>
    public IReadOnlyList<string> Outputs => outputs;

    /// <summary>Whether the network reads the date of a step too.</summary>
    public virtual bool ReadsTime => false;

    /// <summary>The raw values of a step, as the network reads them.</summary>
    /// <param name="values">As many as <see cref="Inputs"/>.</param>
    /// <param name="step">(F), written.</param>
    /// <exception cref="InvalidInputException">A value cannot be used.</exception>
    public virtual void Encode(ReadOnlySpan<double> values, Span<float> step) =>
        throw new InvalidInputException("this network reads tokens, not values", "Give it the tokens of a text");

    /// <summary>The date of a step, as the network reads it, where <see cref="ReadsTime"/>.</summary>
    /// <param name="step">(F), of which the date's part is written.</param>
    public virtual void EncodeTime(DateTime time, Span<float> step)
    {
    }

    /// <summary>The tokens of a text, one a step.</summary>
    /// <exception cref="InvalidInputException">The text has something that the network does not know, or none of it can be read.</exception>
    public virtual int[] Tokens(string text) => throw new InvalidInputException("this network reads values, not texts", $"Give it {string.Join(", ", inputs)}");

    /// <summary>Whether a step is a word with its spelling.</summary>
    public virtual bool ReadsWords => false;

    /// <summary>The words of a text, one a step, where <see cref="ReadsWords"/>.</summary>
    /// <exception cref="InvalidInputException">The network reads something else.</exception>
    public virtual IReadOnlyList<WordTokens> Words(string text) => throw new InvalidInputException(
        "this network does not read words with their spelling", inputs.Count > 0 ? $"Give it {string.Join(", ", inputs)}" : "Give it the tokens of a text");

    /// <summary>What the network's outputs mean.</summary>
    /// <param name="outputs">As the network gives them.</param>
    /// <param name="answer">As many as <see cref="Outputs"/>, written.</param>
    public abstract void Decode(ReadOnlySpan<float> outputs, Span<double> answer);
}

/// <summary>A word as a network reads it.</summary>
/// <param name="Token">Its number.</param>
/// <param name="Characters">Theirs, with the boundary that ends the word.</param>
public sealed record WordTokens(string Text, int Token, IReadOnlyList<int> Characters)
{
    internal ReadOnlyMemory<int> Memory { get; } = Characters.ToArray();
}

/// <summary>Answers that are the probabilities of labels.</summary>
internal abstract class LabelSteps(IReadOnlyList<string> inputs, IReadOnlyList<string> labels) : StepCodec(inputs, labels)
{
    public override void Decode(ReadOnlySpan<float> outputs, Span<double> answer)
    {
        double all = Softmax.LogSumExp(outputs);
        for (int label = 0; label < outputs.Length; label++) answer[label] = PortableMath.Exp(outputs[label] - all);
    }
}

/// <summary>Reads tokens.</summary>
/// <param name="tokens">The tokens of a text.</param>
internal sealed class TokenSteps(IReadOnlyList<string> labels, Func<string, int[]> tokens) : LabelSteps([], labels)
{
    public override int[] Tokens(string text) => tokens(text);
}

/// <summary>Reads values, each less its mean, by its deviation.</summary>
internal sealed class ScaledSteps(IReadOnlyList<string> names, IReadOnlyList<string> labels, IReadOnlyList<double> means, IReadOnlyList<double> deviations)
    : LabelSteps(names, labels)
{
    public override void Encode(ReadOnlySpan<double> values, Span<float> step)
    {
        for (int i = 0; i < step.Length; i++)
        {
            // As float, like those that rows are made of.
            if (!float.IsFinite((float)values[i]))
                throw new InvalidInputException($"the value {values[i]} of '{Inputs[i]}' cannot be used", "Give a finite number");
            step[i] = (float)(((float)values[i] - means[i]) / deviations[i]);
        }
    }
}
