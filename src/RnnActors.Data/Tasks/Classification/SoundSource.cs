using RnnActors.Core.Problems;
using RnnActors.Data.Examples;
using RnnActors.Data.Sound;
using RnnActors.Data.Tasks.Examples;

namespace RnnActors.Data.Tasks.Classification;

/// <summary>Recordings: a folder of WAV files whose names or folders give their class, or a manifest.</summary>
internal sealed class SoundSource : ClassificationSource
{
    public override bool ReadsValues => true;

    public override ClassificationDataSpec Complete(ClassificationDataSpec data, string path, IReadOnlySet<string> given)
    {
        ExampleList list = Read(data, path, path);
        if (data.Label is { } named)
        {
            if (list.Rows.Count > 0) _ = list.Rows[0][named];
            return data with { Text = null, Features = data.Features ?? new FeatureSpec() };
        }

        if (!list.Names.Contains(RecordingFiles.LabelField))
        {
            throw new InvalidInputException(
                $"nothing is called {RecordingFiles.LabelField}; there are {string.Join(", ", list.Names.SkipLast(2))}",
                "Say what is to be learnt with --label, or name a group of data.pattern so",
                new SourceLocation(path));
        }

        return data with { Label = RecordingFiles.LabelField, Text = null, Features = data.Features ?? new FeatureSpec() };
    }

    public override ExampleList Read(ClassificationDataSpec data, string path, string shown) =>
        IsRecording(path) && File.Exists(path)
            ? new ExampleList([RecordingFiles.FileField, RecordingFiles.PathField], ReadUnlabelled(data, path), [])
            : RecordingFiles.Read(path, shown, data.Pattern, data.Format);

    public override IReadOnlyList<Example> ReadUnlabelled(ClassificationDataSpec data, string path) =>
        RecordingFiles.ReadUnlabelled(path, path, data.Format);

    public override FittedInput Fit(ClassificationDataSpec data, IReadOnlyList<Example> training) =>
        SoundInput.Fit(data.Features ?? new FeatureSpec(), data.Augment, training);

    public override IReadOnlyList<string> Notes(IReadOnlyList<Example> training) => SoundInput.Notes(training);

    public override bool Fitted(FittedInput input) => input is SoundInput;

    protected override bool Reads(ClassificationDataSpec data, string path) =>
        data.Pattern is not null || data.Features is not null || Suits(path) != FileMatch.None;

    protected override FileMatch Suits(string path)
    {
        if (Directory.Exists(path)) return RecordingFiles.AreIn(path) ? FileMatch.Certain : FileMatch.None;
        if (IsRecording(path)) return FileMatch.Likely;
        if (!TableExtensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase) || !File.Exists(path)) return FileMatch.None;
        try
        {
            ExampleList list = FilePeek.Read(path);
            return RecordingFiles.ColumnOf(list) is not null && list.Names.Contains(RecordingFiles.LabelField) ? FileMatch.Certain : FileMatch.None;
        }
        catch (InvalidInputException)
        {
            return FileMatch.None; // reading it reports what is wrong
        }
    }

    private static bool IsRecording(string path) => path.EndsWith(".wav", StringComparison.OrdinalIgnoreCase);
}
