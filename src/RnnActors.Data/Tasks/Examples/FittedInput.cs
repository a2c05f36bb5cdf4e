using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Data.Examples;
using RnnActors.Data.Tasks.Exports;

namespace RnnActors.Data.Tasks.Examples;

/// <summary>How examples become what a network reads, fitted on the training part: a vocabulary and
/// how sentences are cut, or features and their scales.</summary>
public abstract class FittedInput
{
    public abstract Shape Shape { get; }

    /// <summary>What an example is, in the plural: <c>sentences</c>.</summary>
    public abstract string Noun { get; }

    /// <summary>What a token is, in the plural: <c>words</c>; nothing where the input is values.</summary>
    public virtual string UnitNoun => "";

    /// <summary>What a rival counts that knows the tokens and not their order: <c>single words</c>.</summary>
    public virtual string CountedNoun => $"single {UnitNoun}";

    /// <summary>What <see cref="Show"/> gives, as the name of a column: <c>text</c>.</summary>
    public abstract string ShownName { get; }

    /// <summary>What a training set is in a few words: <c>18,323 different words</c>.</summary>
    public abstract string Describe();

    /// <summary>What other programs give the network instead of examples, and what they must know.</summary>
    public abstract (ExportedInput Input, IReadOnlyDictionary<string, string> Metadata) Export { get; }

    /// <exception cref="InvalidInputException">An example is empty or cannot be read.</exception>
    public abstract InputRows Encode(IReadOnlyList<Example> examples);

    /// <summary>The same of the training part, of which there may be changed copies.</summary>
    /// <returns>The rows, and of each the number of its example.</returns>
    /// <exception cref="InvalidInputException">An example is empty or cannot be read.</exception>
    public virtual (InputRows Rows, int[] ExampleOf) EncodeTraining(IReadOnlyList<Example> examples) =>
        (Encode(examples), [.. Enumerable.Range(0, examples.Count)]);

    /// <summary>How an example is read step by step, and classified after each.</summary>
    /// <param name="labels">What the network's outputs stand for.</param>
    /// <exception cref="InvalidInputException">It is read as a whole.</exception>
    public virtual StepCodec Stepwise(IReadOnlyList<string> labels) => throw new InvalidInputException($"this network reads whole {Noun}", "Use Predict");

    /// <summary>What each step of an example is called.</summary>
    public virtual IReadOnlyList<string> StepsOf(Example example, int steps) => [.. Enumerable.Range(1, steps).Select(step => $"{step}")];

    /// <summary>What each value of a step is called; one empty name where the input is tokens.</summary>
    public virtual IReadOnlyList<string> Features => [.. Enumerable.Range(1, Shape.Features).Select(feature => $"value {feature}")];

    /// <summary>Whether tokens are written without spaces between them.</summary>
    public virtual bool IsJoined => false;

    /// <summary>An example in a line, for people.</summary>
    public abstract string Show(Example example);
}
