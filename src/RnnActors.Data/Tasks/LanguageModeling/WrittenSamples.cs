using System.Globalization;
using System.Text;
using RnnActors.Core.Generation;
using RnnActors.Data.Text;

namespace RnnActors.Data.Tasks.LanguageModeling;

/// <summary>A few short texts that a language model generates; the same for the same parameters.</summary>
internal static class WrittenSamples
{
    private const int Characters = 400, Words = 80;

    private static readonly double[] Temperatures = [0.5, 0.8, 1];

    public static IReadOnlyList<TextSample> Of(TextVocabulary vocabulary, TrainedNetwork network) =>
        [.. Temperatures.Select(temperature =>
            new TextSample(string.Create(CultureInfo.InvariantCulture, $"temperature {temperature}"), Write(vocabulary, network, temperature)))];

    private static string Write(TextVocabulary vocabulary, TrainedNetwork network, double temperature)
    {
        using var writing = new WrittenText(vocabulary, network, "", new SamplingSpec { Temperature = temperature });
        var text = new StringBuilder();
        int count = vocabulary.Unit is TextUnit.Characters or TextUnit.Bytes ? Characters : Words;
        for (int i = 0; i < count; i++) text.Append(writing.Next());
        return text.Append(writing.End()).ToString();
    }
}
