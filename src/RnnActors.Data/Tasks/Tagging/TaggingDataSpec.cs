using RnnActors.Core.Specifications;
using RnnActors.Data.Tasks.Examples;

namespace RnnActors.Data.Tasks.Tagging;

/// <summary>Data of sentences with a tag for each word.</summary>
public sealed record TaggingDataSpec : ExampleDataSpec
{
    /// <summary>
    /// The column of the tags: a name of CoNLL-U (<c>upos</c>, <c>xpos</c>), or a number from 1, or negative from the end. Null for upos, or the last column.
    /// </summary>
    public string? Tag { get; init; }

    /// <summary>Words that occur less often in the training part count as unknown; their spelling is read nevertheless.</summary>
    public int MinCount { get; init; } = 2;

    public bool Lowercase { get; init; }

    /// <summary>A file of word vectors that initialise the words' embedding, in GloVe's or word2vec's text format; null for random values.</summary>
    public string? Vectors { get; init; }

    internal static ObjectFormat<TaggingDataSpec> Keys { get; } = new ObjectFormat<TaggingDataSpec>("an object that describes tagged sentences", new())
        .WithFiles()
        .Key(
            "tag", "The column of the tags: a name of CoNLL-U such as upos, or a number from 1, negative from the end; null for upos, or the last column.",
            new TextFormat { NotEmpty = true }.OrNothing(), d => d.Tag, (d, v) => d with { Tag = v })
        .Key("minCount", "Words that occur less often in the training part are unknown; their spelling is read all the same.", Numbers.Whole(1),
            d => d.MinCount, (d, v) => d with { MinCount = v })
        .Key("lowercase", "Whether words are known without their case; spelling keeps it.", new BooleanFormat(), d => d.Lowercase,
            (d, v) => d with { Lowercase = v })
        .Optional(
            "vectors", "Word vectors that the words' embedding starts with, in GloVe's or word2vec's text format.",
            new TextFormat { NotEmpty = true }.OrNothing(), d => d.Vectors, (d, v) => d with { Vectors = v })
        .WithSplit()
        .Key("encoding", "A .NET encoding name; null for UTF-8, or windows-1252 where a file is not that.", new TextFormat().OrNothing(), d => d.Encoding,
            (d, v) => d with { Encoding = v });

    public override DataSpec WithPaths(Func<string, string> map) =>
        (TaggingDataSpec)base.WithPaths(map) with { Vectors = Vectors is null ? null : map(Vectors) };
}
