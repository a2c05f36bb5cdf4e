using RnnActors.Core.Problems;
using RnnActors.Data.Examples;
using RnnActors.Data.Tasks.Examples;

namespace RnnActors.Data.Tasks.Classification;

/// <summary>Sentences: a table with columns of sentences and labels, JSON lines, or a folder whose names are the classes.</summary>
internal sealed class SentenceSource : ClassificationSource
{
    public override ClassificationDataSpec Complete(ClassificationDataSpec data, string path, IReadOnlySet<string> given)
    {
        SentenceColumns columns = SentenceColumns.Find(Read(data, path, path), data.Text, data.Label);
        return data with { Text = columns.Text, Label = columns.Label, Unit = DataOption.UnitOf(data.Unit, given) };
    }

    public override ExampleList Read(ClassificationDataSpec data, string path, string shown) =>
        Directory.Exists(path) ? ExampleFolder.Read(path, shown, data.Format) : ExampleFile.Read(path, shown, data.Format);

    public override FittedInput Fit(ClassificationDataSpec data, IReadOnlyList<Example> training) => SentenceInput.Fit(
        new SentenceSpec(data.Text!, data.Unit)
        {
            Ngrams = data.Ngrams,
            Lowercase = data.Lowercase,
            MinCount = data.MinCount,
            MaxVocabulary = data.Vocabulary,
            MaxLength = data.MaxLength,
            Tokenizer = data.Tokenizer,
        }, training);

    public override IReadOnlyList<Example> OfTexts(ClassificationDataSpec data, IReadOnlyList<string> texts)
    {
        string[] names = [data.Text!];
        return [.. texts.Select((text, i) => new Example(names, [text], new SourceLocation("the text", i + 1)))];
    }

    public override bool Fitted(FittedInput input) => input is SentenceInput;

    protected override bool Reads(ClassificationDataSpec data, string path) => true;

    protected override FileMatch Suits(string path)
    {
        if (Directory.Exists(path)) return ExampleFolder.Classes(path).Count > 1 && !RecordingFiles.AreIn(path) ? FileMatch.Likely : FileMatch.None;
        if (!TableExtensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)) return FileMatch.None;
        try
        {
            return SentenceColumns.TryFind(FilePeek.Read(path)) is null ? FileMatch.None : FileMatch.Certain;
        }
        catch (InvalidInputException)
        {
            return FileMatch.None; // reading it reports what is wrong
        }
    }

}
