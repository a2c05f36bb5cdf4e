using RnnActors.Core.Generation;
using RnnActors.Core.Sequences;
using RnnActors.Data.Text;

namespace RnnActors.Data.Tasks.LanguageModeling;

/// <summary>The vocabulary of a language model, without its text.</summary>
internal sealed class FittedLanguageModel(TextVocabulary vocabulary, TextDataSpec spec) : FittedTask, IGenerates
{
    public override Shape Input => Shape.Tokens(vocabulary.Count);

    public override int Outputs => vocabulary.Count;

    public override Score Measure(TrainedNetwork network, string path) =>
        LanguageModelTask.ScoreOf(network, vocabulary, LanguageModelTask.ReadTrained(vocabulary, spec, path, network.Training.Batch), "given", null);

    public override ExplainedRows Explain(TrainedNetwork network, ExplanationRequest request)
    {
        if (request.Data is { } data)
            return new TokenRows(vocabulary, data.Test ?? data.Validation ?? data.Train, data.Test is not null ? "test" : data.Validation is not null ? "validation" : "training");
        int[] tokens = vocabulary.EncodeText(request.Text!);
        ExplainedRows.RefuseUnknownText(tokens.Select(token => token != vocabulary.Unknown), request.Text!, vocabulary.UnitName);

        // What follows the text nobody knows: the last label stands for nothing.
        return new TokenRows(vocabulary, new TokenStreamDataset((int[])[.. tokens, 0], vocabulary.Count, tokens.Length, 1), ExplainedRows.GivenPart);
    }

    public GeneratedText Generate(TrainedNetwork network, string prompt, SamplingSpec sampling) => new Writing(vocabulary, network, prompt, sampling);

    /// <summary>One text.</summary>
    private sealed class Writing : GeneratedText
    {
        private readonly TokenDecoder _decoder;
        private readonly TokenGenerator _generator;

        public Writing(TextVocabulary vocabulary, TrainedNetwork network, string prompt, SamplingSpec sampling)
        {
            int[] tokens = prompt.Length > 0 ? vocabulary.Encode(prompt) : [vocabulary.Beginning];
            Unit = vocabulary.UnitName;
            _decoder = vocabulary.CreateDecoder();
            if (prompt.Length > 0)
                foreach (int token in tokens) _ = _decoder.Next(token); // what follows a word needs a space, what follows a line's end none
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
}
