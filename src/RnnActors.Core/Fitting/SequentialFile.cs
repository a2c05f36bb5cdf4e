using RnnActors.Core.Models;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;
using RnnActors.Core.Training;

namespace RnnActors.Core.Fitting;

/// <summary>The JSON description of a <see cref="Sequential"/> in its saved file, beside the tensors.</summary>
internal sealed record SequentialFile(Shape Input, ModelSpec Model, TrainingSpec Training)
{
    private static readonly Format<Shape> InputFormat = new ObjectFormat<Shape>("a model's input", new(1))
        .Required("features", "Values a step.", Numbers.Whole(1), s => s.Features, (s, v) => s with { Features = v })
        .Key("isSequence", "Whether there are steps.", new BooleanFormat(), s => s.IsSequence, (s, v) => s with { IsSequence = v })
        .Key("vocabulary", "Above 0 where each step is a token.", Numbers.Whole(0), s => s.Vocabulary, (s, v) => s with { Vocabulary = v });

    private static readonly ObjectFormat<SequentialFile> Format = new ObjectFormat<SequentialFile>("a model by itself", new(default, null!, null!))
        .Required("input", "What it reads.", InputFormat, f => f.Input, (f, v) => f with { Input = v })
        .Required("model", "The layers, from the input to the output.", ModelFormat.Forecast, f => f.Model, (f, v) => f with { Model = v })
        .Required("training", "How it is trained.", TrainingFormat.Instance, f => f.Training, (f, v) => f with { Training = v });

    /// <exception cref="Problems.InvalidInputException">The text is not such a description.</exception>
    public static SequentialFile Parse(string json, string path) => Format.Read(SourceParser.Parse(json, path));

    public string ToJson() => Format.ToJson(this);
}
