using RnnActors.Core.Problems;
using RnnActors.Data.Examples;
using RnnActors.Data.Tasks.Examples;

namespace RnnActors.Data.Tasks.Classification;

/// <summary>A kind of labelled examples: how their files are read, and how they become inputs of a network.</summary>
internal abstract class ClassificationSource
{
    /// <summary>All sources; the first one that accepts a file is used.</summary>
    private static readonly ClassificationSource[] All = [new SeriesSource(), new SoundSource(), new SentenceSource()];

    /// <summary>The source for some data.</summary>
    /// <param name="path">The full path of the main file.</param>
    public static ClassificationSource Of(ClassificationDataSpec data, string path) => Array.Find(All, source => source.Reads(data, path)) ?? All[^1];

    /// <summary>The source that fitted an input.</summary>
    public static ClassificationSource Of(FittedInput input) => Array.Find(All, source => source.Fitted(input))!;

    /// <summary>How well a file suits any of the sources.</summary>
    public static FileMatch Match(string path) => All.Max(source => source.Suits(path));

    /// <summary>The extensions of its tables.</summary>
    protected static readonly string[] TableExtensions = [".tsv", ".tab", ".csv", ".jsonl", ".ndjson"];

    /// <summary>Whether a network reads values, rather than tokens.</summary>
    public virtual bool ReadsValues => false;

    /// <summary>Whether it fits this kind of input.</summary>
    public abstract bool Fitted(FittedInput input);

    /// <summary>Notes on the training examples for the user.</summary>
    public virtual IReadOnlyList<string> Notes(IReadOnlyList<Example> training) => [];

    /// <summary>Whether it accepts such data.</summary>
    protected abstract bool Reads(ClassificationDataSpec data, string path);

    /// <summary>How much a file looks like labelled examples of this kind, without further information.</summary>
    protected abstract FileMatch Suits(string path);

    /// <summary>Fills in what the user left open about a file, by reading it.</summary>
    /// <exception cref="InvalidInputException">It cannot be read, or does not determine a choice.</exception>
    public abstract ClassificationDataSpec Complete(ClassificationDataSpec data, string path, IReadOnlySet<string> given);

    /// <exception cref="InvalidInputException">The file cannot be read.</exception>
    public abstract ExampleList Read(ClassificationDataSpec data, string path, string shown);

    /// <summary>Reads examples to be classified, which may have no labels.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read.</exception>
    public virtual IReadOnlyList<Example> ReadUnlabelled(ClassificationDataSpec data, string path) => Read(data, path, path).Rows;

    /// <summary>Fits the network's input on the training part.</summary>
    /// <exception cref="InvalidInputException">An example cannot be read.</exception>
    public abstract FittedInput Fit(ClassificationDataSpec data, IReadOnlyList<Example> training);

    /// <summary>Makes examples of single texts; null if the input is not text.</summary>
    public virtual IReadOnlyList<Example>? OfTexts(ClassificationDataSpec data, IReadOnlyList<string> texts) => null;
}
