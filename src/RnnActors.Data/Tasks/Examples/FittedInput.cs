using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Data.Examples;
using RnnActors.Data.Tasks.Exports;

namespace RnnActors.Data.Tasks.Examples;

/// <summary>
/// Turns examples into a network's inputs. It is fitted on the training part: a vocabulary and how sentences are split, or features and their scales.
/// </summary>
public abstract class FittedInput
{
    public abstract Shape Shape { get; }

    /// <summary>The plural name of examples: <c>sentences</c>.</summary>
    public abstract string Noun { get; }

    /// <summary>The plural name of tokens: <c>words</c>; empty if the input is values.</summary>
    public virtual string UnitNoun => "";

    /// <summary>The name of what a bag-of-words baseline counts: <c>single words</c>.</summary>
    public virtual string CountedNoun => $"single {UnitNoun}";

    /// <summary>The name of <see cref="Show"/>'s column: <c>text</c>.</summary>
    public abstract string ShownName { get; }

    /// <summary>The training set in a few words: <c>18,323 different words</c>.</summary>
    public abstract string Describe();

    /// <summary>The input that other programs give the network instead of examples, and what they need to know.</summary>
    public abstract (ExportedInput Input, IReadOnlyDictionary<string, string> Metadata) Export { get; }

    /// <exception cref="InvalidInputException">An example is empty or cannot be read.</exception>
    public abstract InputRows Encode(IReadOnlyList<Example> examples);

    /// <summary>Encodes the training part, possibly with augmented copies.</summary>
    /// <returns>The rows, and the number of each row's example.</returns>
    /// <exception cref="InvalidInputException">An example is empty or cannot be read.</exception>
    public virtual (InputRows Rows, int[] ExampleOf) EncodeTraining(IReadOnlyList<Example> examples) =>
        (Encode(examples), [.. Enumerable.Range(0, examples.Count)]);

    /// <summary>Reads an example step by step, with an answer after each.</summary>
    /// <param name="labels">The labels of the network's outputs.</param>
    /// <exception cref="InvalidInputException">Examples are only read as a whole.</exception>
    public virtual StepCodec Stepwise(IReadOnlyList<string> labels) => throw new InvalidInputException($"this network reads whole {Noun}", "Use Predict");

    /// <summary>The names of an example's steps.</summary>
    public virtual IReadOnlyList<string> StepsOf(Example example, int steps) => [.. Enumerable.Range(1, steps).Select(step => $"{step}")];

    /// <summary>The names of a step's values; one empty name if the input is tokens.</summary>
    public virtual IReadOnlyList<string> Features => [.. Enumerable.Range(1, Shape.Features).Select(feature => $"value {feature}")];

    /// <summary>Whether tokens are written without spaces between them.</summary>
    public virtual bool IsJoined => false;

    /// <summary>An example in one line, for display.</summary>
    public abstract string Show(Example example);
}
