using RnnActors.Core.Problems;
using RnnActors.Data.Examples;
using RnnActors.Data.Tasks.Examples;

namespace RnnActors.Data.Tasks.Classification;

/// <summary>A way of labelled examples to lie in files: how they are read, and what a network reads of them.</summary>
internal abstract class ClassificationSource
{
    /// <summary>The ways, by their data: the first that reads a file.</summary>
    private static readonly ClassificationSource[] All = [new SeriesSource(), new SoundSource(), new SentenceSource()];

    /// <summary>That of some data.</summary>
    /// <param name="path">The full path of the main file.</param>
    public static ClassificationSource Of(ClassificationDataSpec data, string path) => Array.Find(All, source => source.Reads(data, path)) ?? All[^1];

    /// <summary>That which fitted an input.</summary>
    public static ClassificationSource Of(FittedInput input) => Array.Find(All, source => source.Fitted(input))!;

    /// <summary>How well a file suits any of them.</summary>
    public static FileMatch Match(string path) => All.Max(source => source.Suits(path));

    /// <summary>What its tables end with.</summary>
    protected static readonly string[] TableExtensions = [".tsv", ".tab", ".csv", ".jsonl", ".ndjson"];

    /// <summary>Whether a network reads values, not tokens.</summary>
    public virtual bool ReadsValues => false;

    /// <summary>Whether it fits such inputs.</summary>
    public abstract bool Fitted(FittedInput input);

    /// <summary>What the owner of the training examples should know of them.</summary>
    public virtual IReadOnlyList<string> Notes(IReadOnlyList<Example> training) => [];

    /// <summary>Whether it reads such data.</summary>
    protected abstract bool Reads(ClassificationDataSpec data, string path);

    /// <summary>Whether a file looks like labelled examples of this way, without anything said of it.</summary>
    protected abstract FileMatch Suits(string path);

    /// <summary>What the user left open about a file, found by looking at it.</summary>
    /// <exception cref="InvalidInputException">It cannot be read, or leaves a choice open.</exception>
    public abstract ClassificationDataSpec Complete(ClassificationDataSpec data, string path, IReadOnlySet<string> given);

    /// <exception cref="InvalidInputException">The file cannot be read.</exception>
    public abstract ExampleList Read(ClassificationDataSpec data, string path, string shown);

    /// <summary>Examples to be labelled: what says their labels may be missing.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read.</exception>
    public virtual IReadOnlyList<Example> ReadUnlabelled(ClassificationDataSpec data, string path) => Read(data, path, path).Rows;

    /// <summary>What a network reads of examples, fitted on the training part.</summary>
    /// <exception cref="InvalidInputException">An example cannot be read.</exception>
    public abstract FittedInput Fit(ClassificationDataSpec data, IReadOnlyList<Example> training);

    /// <summary>Examples of single texts; null where such a network reads none.</summary>
    public virtual IReadOnlyList<Example>? OfTexts(ClassificationDataSpec data, IReadOnlyList<string> texts) => null;
}
