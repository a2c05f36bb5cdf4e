using RnnActors.Core.Specifications;

namespace RnnActors.Data.Tasks.Examples;

/// <summary>The fitted inputs of all kinds, as checkpoints store them.</summary>
internal static class FittedInputs
{
    public static Format<FittedInput> Format { get; } = new ChoiceFormat<FittedInput>("an input").Or("sentences", SentenceInput.Format)
        .Or("sound", SoundInput.Format).Or("series", SeriesInput.Format);
}
