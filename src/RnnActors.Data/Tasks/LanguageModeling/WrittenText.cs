using RnnActors.Core.Generation;
using RnnActors.Data.Text;

namespace RnnActors.Data.Tasks.LanguageModeling;

/// <summary>A text that a language model generates.</summary>
internal sealed class WrittenText : GeneratedText
{
    private readonly TokenDecoder _decoder;
    private readonly TokenGenerator _generator;

    public WrittenText(TextVocabulary vocabulary, TrainedNetwork network, string prompt, SamplingSpec sampling)
    {
        int[] tokens = prompt.Length > 0 ? vocabulary.Encode(prompt) : [vocabulary.Beginning];
        Unit = vocabulary.UnitName;
        _decoder = vocabulary.CreateDecoder();
        if (prompt.Length > 0)
            foreach (int token in tokens) _ = _decoder.Next(token); // a word must be preceded by a space, unless it begins a line
        _generator = new TokenGenerator(network.Model, network.Parameters, sampling with { Excluded = vocabulary.Unknown });
        _generator.Feed(tokens);
    }

    public override string Unit { get; }

    public override string Next() => _decoder.Next(_generator.Next());

    public override string End() => _decoder.End();

    protected override void Dispose(bool disposing)
    {
        _generator.Dispose();
        base.Dispose(disposing);
    }
}
