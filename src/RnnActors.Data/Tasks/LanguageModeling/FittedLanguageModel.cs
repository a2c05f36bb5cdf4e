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

    public GeneratedText Generate(TrainedNetwork network, string prompt, SamplingSpec sampling) => new WrittenText(vocabulary, network, prompt, sampling);
}
