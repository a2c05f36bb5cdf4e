using RnnActors.Core.Problems;
using RnnActors.Data.Examples;
using RnnActors.Data.Tasks.Examples;

namespace RnnActors.Data.Tasks.Classification;

/// <summary>Series of numbers: the <c>.ts</c> format, or a table whose rows of one id are one series.</summary>
internal sealed class SeriesSource : ClassificationSource
{
    private const string Extension = ".ts", TrainMark = "_TRAIN", TestMark = "_TEST";

    public override bool ReadsValues => true;

    /// <summary>Adds the test file, which lies beside the training file in the archives' naming.</summary>
    public override ClassificationDataSpec Complete(ClassificationDataSpec data, string path, IReadOnlySet<string> given)
    {
        string name = Path.GetFileName(path);
        string test = Path.Combine(Path.GetDirectoryName(path) ?? "", name.Replace(TrainMark, TestMark, StringComparison.Ordinal));
        bool hasTest = data.Path is not null && data.Test is null && name.Contains(TrainMark, StringComparison.Ordinal) && File.Exists(test)
            && !given.Contains("split");
        return data with
        {
            Text = null,
            Label = data.Label ?? SeriesFile.LabelField,
            Path = hasTest ? null : data.Path,
            Train = hasTest ? data.Path : data.Train,
            Test = hasTest ? test : data.Test,
        };
    }

    public override ExampleList Read(ClassificationDataSpec data, string path, string shown)
    {
        if (IsTs(path)) return SeriesFile.ReadTs(path, shown);
        ExampleList table = ExampleFile.Read(path, shown, data.Format);
        string id = data.Id ?? throw new InvalidInputException("nothing says which rows are one series", "Name the column with data.id",
            new SourceLocation(shown));
        if (table.Rows.Count > 0) _ = table.Rows[0][id];
        return SeriesFile.OfTable(table, id, data.Label is { } label && table.Names.Contains(label) ? label : null, data.Values);
    }

    public override IReadOnlyList<Example> ReadUnlabelled(ClassificationDataSpec data, string path) =>
        IsTs(path) ? SeriesFile.ReadTs(path, path, needsLabels: false).Rows : base.ReadUnlabelled(data, path);

    public override FittedInput Fit(ClassificationDataSpec data, IReadOnlyList<Example> training) => SeriesInput.Fit(training);

    public override bool Fitted(FittedInput input) => input is SeriesInput;

    protected override bool Reads(ClassificationDataSpec data, string path) => data.Id is not null || IsTs(path);

    protected override FileMatch Suits(string path) => IsTs(path) ? FileMatch.Certain : FileMatch.None;

    private static bool IsTs(string path) => Path.GetExtension(path).Equals(Extension, StringComparison.OrdinalIgnoreCase);
}
