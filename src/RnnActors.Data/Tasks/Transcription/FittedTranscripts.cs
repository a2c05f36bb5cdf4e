using RnnActors.Core.Problems;
using RnnActors.Core.Specifications;
using RnnActors.Data.Sound;
using RnnActors.Data.Text;

namespace RnnActors.Data.Tasks.Transcription;

/// <summary>The symbols and features, fitted on the training part.</summary>
/// <param name="Label">The field of the transcript.</param>
/// <param name="Symbols">The blank first, then the units of transcripts.</param>
internal sealed record FittedTranscripts(string Label, TextUnit Unit, Vocabulary Symbols, FittedFeatures Features)
{
    public const string BlankEntry = "<blank>";

    /// <summary>The blank: the class of no symbol.</summary>
    public const int Blank = 0;

    public static Format<FittedTranscripts> Format { get; } =
        new ObjectFormat<FittedTranscripts>("what a transcriber was fitted to", new("", TextUnit.Characters, Vocabulary.Of([BlankEntry]), null!))
            .Required("label", "The field of what is said.", new TextFormat(), t => t.Label, (t, v) => t with { Label = v })
            .Required("unit", "What transcripts are cut into.", Names.Of<TextUnit>(), t => t.Unit, (t, v) => t with { Unit = v })
            .Required("symbols", "The symbols by their numbers.", Vocabulary.Format, t => t.Symbols, (t, v) => t with { Symbols = v })
            .Required("features", "What is heard.", FittedFeatures.Format, t => t.Features, (t, v) => t with { Features = v });

    public TextCutter Cutter => TextCutter.Of(Unit);

    /// <summary>Encodes a transcript.</summary>
    /// <exception cref="InvalidInputException">It is empty, or has a symbol that no training transcript has.</exception>
    public int[] Encode(Utterance utterance)
    {
        var units = Cutter.Cut(utterance.Text);
        if (units.Count == 0) throw new InvalidInputException("its transcript is empty", "Give it a transcript, or leave it out", utterance.Where);
        return [.. units.Select(unit => Symbols.Contains(unit) ? Symbols.NumberOf(unit) : throw new InvalidInputException(
            $"its transcript \"{utterance.Shown}\" has \"{unit}\", which no training transcript has", "Correct it, or train with recordings of it",
            utterance.Where))];
    }

    public string Decode(IEnumerable<int> symbols) => Cutter.Join(symbols.Select(symbol => Symbols[symbol]));
}
