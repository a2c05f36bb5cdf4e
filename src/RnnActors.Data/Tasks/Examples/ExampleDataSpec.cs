using System.Text.Json.Serialization;
using RnnActors.Core.Problems;
using RnnActors.Data.Examples;
using RnnActors.Data.Splits;

namespace RnnActors.Data.Tasks.Examples;

/// <summary>Data whose rows are independent examples: one file or folder that is divided, or a file for each part.</summary>
public abstract record ExampleDataSpec : DataSpec
{
    /// <summary>A file or folder that <see cref="Split"/> divides; null where each part has a file of its own.</summary>
    public string? Path { get; init; }

    /// <summary>The file of the training part. Validation and test are taken from it as <see cref="Split"/> says, where they have no files.</summary>
    public string? Train { get; init; }

    public string? Validation { get; init; }

    public string? Test { get; init; }

    public ExampleSplitSpec Split { get; init; } = new(null, new SplitPart(0.1), new SplitPart(0.1));

    /// <summary>A field whose equal values keep examples in the same part; null for none.</summary>
    public string? GroupBy { get; init; }

    /// <summary>A .NET encoding name; null for UTF-8, or windows-1252 where a file is not that.</summary>
    public string? Encoding { get; init; }

    /// <summary>What parts the fields of a table; null to see from the file.</summary>
    public char? Delimiter { get; init; }

    /// <summary>Whether the first line of a table names its columns; null to see from the file.</summary>
    public bool? Header { get; init; }

    [JsonIgnore]
    public override string? File => Path ?? Train;

    [JsonIgnore]
    public override bool HasValidation => Validation is not null || Split.Validation.IsWanted;

    /// <summary>How its files are written.</summary>
    [JsonIgnore]
    public ExampleFormat Format => new() { Encoding = Encoding, Delimiter = Delimiter, Header = Header, UsedNames = UsedNames };

    /// <summary>Names of columns that the owner uses.</summary>
    [JsonIgnore]
    protected virtual IReadOnlyList<string> UsedNames => GroupBy is { } group ? [group] : [];

    /// <summary>The field whose remainder says an example's fold: its line, where lines are examples and none belong together.</summary>
    [JsonIgnore]
    protected virtual string FoldField => GroupBy is null ? Example.LineField : ExampleParts.GroupField;

    /// <summary>The change of a specification that tests on one of some folds.</summary>
    /// <exception cref="InvalidInputException">A file of its own is the test part.</exception>
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
