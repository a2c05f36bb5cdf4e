using System.Text.Json.Serialization;
using RnnActors.Core.Problems;
using RnnActors.Data.Examples;
using RnnActors.Data.Splits;

namespace RnnActors.Data.Tasks.Examples;

/// <summary>Data of independent examples: one file or folder that is split, or a file for each part.</summary>
public abstract record ExampleDataSpec : DataSpec
{
    /// <summary>A file or folder that is divided by <see cref="Split"/>; null if each part has a file of its own.</summary>
    public string? Path { get; init; }

    /// <summary>The file of the training part. <see cref="Split"/> takes validation and test from it, unless they have files.</summary>
    public string? Train { get; init; }

    public string? Validation { get; init; }

    public string? Test { get; init; }

    public ExampleSplitSpec Split { get; init; } = new(null, new SplitPart(0.1), new SplitPart(0.1));

    /// <summary>A field; examples with equal values of it stay in the same part. Null for none.</summary>
    public string? GroupBy { get; init; }

    /// <summary>A .NET encoding name; null for UTF-8, or windows-1252 for a file that is not valid UTF-8.</summary>
    public string? Encoding { get; init; }

    /// <summary>The delimiter of a table's fields; null to detect it.</summary>
    public char? Delimiter { get; init; }

    /// <summary>Whether the first line of a table names its columns; null to detect it.</summary>
    public bool? Header { get; init; }

    [JsonIgnore]
    public override string? File => Path ?? Train;

    [JsonIgnore]
    public override bool HasValidation => Validation is not null || Split.Validation.IsWanted;

    /// <summary>The format of its files.</summary>
    [JsonIgnore]
    public ExampleFormat Format => new() { Encoding = Encoding, Delimiter = Delimiter, Header = Header, UsedNames = UsedNames };

    /// <summary>Names of columns that the specification uses.</summary>
    [JsonIgnore]
    protected virtual IReadOnlyList<string> UsedNames => GroupBy is { } group ? [group] : [];

    /// <summary>The field whose remainder gives an example's fold: its line, or the number of its group if examples are grouped.</summary>
    [JsonIgnore]
    protected virtual string FoldField => GroupBy is null ? Example.LineField : ExampleParts.GroupField;

    /// <summary>The change of a specification that makes one of several folds the test part.</summary>
    /// <exception cref="InvalidInputException">The test part has a file of its own.</exception>
    public string FoldChange(int folds, int fold) => Test is null
        ? $"data.split.test=\"{FoldField} % {folds} == {fold}\""
        : throw new InvalidInputException("data.test names a file to test on, but cross-validation tests on each fold of the training examples",
            "Leave data.test out");

    public override DataSpec WithPaths(Func<string, string> map)
    {
        string? Mapped(string? path) => path is null ? null : map(path);
        return this with { Path = Mapped(Path), Train = Mapped(Train), Validation = Mapped(Validation), Test = Mapped(Test) };
    }
}
