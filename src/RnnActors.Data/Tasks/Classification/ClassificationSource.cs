using RnnActors.Core.Problems;
using RnnActors.Data.Examples;
using RnnActors.Data.Tasks.Examples;

namespace RnnActors.Data.Tasks.Classification;

/// <summary>A way of labelled examples to lie in files: how they are read, and what a network reads of them.</summary>
internal abstract class ClassificationSource
{
    /// <summary>The ways, by their data: the first that reads a file.</summary>
    private static readonly ClassificationSource[] All = [new SentenceSource()];

    /// <summary>That of some data.</summary>
    /// <param name="path">The full path of the main file.</param>
    public static ClassificationSource Of(ClassificationDataSpec data, string path) => Array.Find(All, source => source.Reads(data, path)) ?? All[0];

    /// <summary>How well a file suits any of them.</summary>
    public static FileMatch Match(string path) => All.Max(source => source.Suits(path));

    /// <summary>Whether it reads such data.</summary>
    protected abstract bool Reads(ClassificationDataSpec data, string path);

    /// <summary>Whether a file looks like labelled examples of this way, without anything said of it.</summary>
    protected abstract FileMatch Suits(string path);

    /// <summary>What the user left open about a file, found by looking at it.</summary>
    /// <exception cref="InvalidInputException">It cannot be read, or leaves a choice open.</exception>
    public abstract ClassificationDataSpec Complete(ClassificationDataSpec data, string path, IReadOnlySet<string> given);

    /// <exception cref="InvalidInputException">The file cannot be read.</exception>
    public abstract ExampleList Read(ClassificationDataSpec data, string path, string shown);

    /// <summary>What a network reads of examples, fitted on the training part.</summary>
    /// <exception cref="InvalidInputException">An example cannot be read.</exception>
    public abstract FittedInput Fit(ClassificationDataSpec data, IReadOnlyList<Example> training);

    /// <summary>Examples of single texts; null where such a network reads none.</summary>
    public virtual IReadOnlyList<Example>? OfTexts(ClassificationDataSpec data, IReadOnlyList<string> texts) => null;
}
