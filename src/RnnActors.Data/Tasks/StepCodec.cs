using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Tasks;

/// <summary>
/// Converts for a network that reads a row step by step: raw values or tokens to inputs, and outputs to answers in the user's units. Reading and answering a
/// step allocate nothing.
/// </summary>
/// <param name="inputs">The name of each value of a step; empty if a step is a token.</param>
/// <param name="outputs">The name of each number of an answer.</param>
public abstract class StepCodec(IReadOnlyList<string> inputs, IReadOnlyList<string> outputs)
{
    /// <summary>The name of each value of a step; empty if a step is a token.</summary>
    public IReadOnlyList<string> Inputs => inputs;

    /// <summary>The name of each number of an answer: a label, a token, a forecast row.</summary>
    public IReadOnlyList<string> Outputs => outputs;

    /// <summary>Whether the network reads the date of a step too.</summary>
    public virtual bool ReadsTime => false;

    /// <summary>Converts the raw values of a step to the network's input.</summary>
    /// <param name="values">One for each of <see cref="Inputs"/>.</param>
    /// <param name="step">(F), overwritten.</param>
    /// <exception cref="InvalidInputException">A value cannot be used.</exception>
    public virtual void Encode(ReadOnlySpan<double> values, Span<float> step) =>
        throw new InvalidInputException("this network reads tokens, not values", "Give it the tokens of a text");

    /// <summary>Converts the date of a step to the network's input, if <see cref="ReadsTime"/>.</summary>
    /// <param name="step">(F), of which the date's part is overwritten.</param>
    public virtual void EncodeTime(DateTime time, Span<float> step)
    {
    }

    /// <summary>The tokens of a text, one for each step.</summary>
    /// <exception cref="InvalidInputException">The text has something that the network does not know, or none of it can be read.</exception>
    public virtual int[] Tokens(string text) => throw new InvalidInputException("this network reads values, not texts", $"Give it {string.Join(", ", inputs)}");

    /// <summary>Whether a step is a word with its spelling.</summary>
    public virtual bool ReadsWords => false;

    /// <summary>The words of a text, one for each step, if <see cref="ReadsWords"/>.</summary>
    /// <exception cref="InvalidInputException">The network reads something else.</exception>
    public virtual IReadOnlyList<WordTokens> Words(string text) => throw new InvalidInputException(
        "this network does not read words with their spelling", inputs.Count > 0 ? $"Give it {string.Join(", ", inputs)}" : "Give it the tokens of a text");

    /// <summary>Converts the network's outputs to an answer.</summary>
    /// <param name="outputs">The raw outputs.</param>
    /// <param name="answer">One for each of <see cref="Outputs"/>, overwritten.</param>
    public abstract void Decode(ReadOnlySpan<float> outputs, Span<double> answer);
}

/// <summary>A word as a network reads it.</summary>
/// <param name="Token">The number of the word.</param>
/// <param name="Characters">The numbers of its characters, ending with the word boundary.</param>
public sealed record WordTokens(string Text, int Token, IReadOnlyList<int> Characters)
{
    internal ReadOnlyMemory<int> Memory { get; } = Characters.ToArray();
}

/// <summary>Answers with the probabilities of labels.</summary>
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

/// <summary>Reads values, standardised by their means and deviations.</summary>
internal sealed class ScaledSteps(IReadOnlyList<string> names, IReadOnlyList<string> labels, IReadOnlyList<double> means, IReadOnlyList<double> deviations)
    : LabelSteps(names, labels)
{
    public override void Encode(ReadOnlySpan<double> values, Span<float> step)
    {
        for (int i = 0; i < step.Length; i++)
        {
            // As float, like the values in rows.
            if (!float.IsFinite((float)values[i]))
                throw new InvalidInputException($"the value {values[i]} of '{Inputs[i]}' cannot be used", "Give a finite number");
            step[i] = (float)(((float)values[i] - means[i]) / deviations[i]);
        }
    }
}
