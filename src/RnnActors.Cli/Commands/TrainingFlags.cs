using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using RnnActors.Core.Layers;
using RnnActors.Core.Problems;
using RnnActors.Data.Specifications;

namespace RnnActors.Cli.Commands;

/// <summary>Flags for the most common settings of any task: batch, learning rate, units, layers, split, quantiles.</summary>
internal sealed class TrainingFlags
{
    private readonly Option<int?> _batch = CommandOptions.AtLeast("--batch", 1, "Rows an update.");
    private readonly Option<double?> _learningRate = new("--learning-rate") { Description = "The optimizer's rate before the schedule.", HelpName = "RATE" };
    private readonly Option<int?> _units =
        CommandOptions.AtLeast("--units", 1, "Hidden units of each recurrent layer, and values of an embedding tied to one.");
    private readonly Option<int?> _layers = CommandOptions.AtLeast("--layers", 1, "Recurrent layers stacked on one another.");
    private readonly Option<string?> _split = new("--split")
    {
        Description = "Training, validation and test rows in order of time, as fractions or numbers: 0.7,0.1,0.2. \"rest\" is what the others leave.",
        HelpName = "TRAIN,VALIDATION,TEST",
    };

    private readonly Option<string[]> _embed = new("--embed")
    {
        Description = "Of a forecast: a column of categories that the network embeds, and how many values a category's vector has; may be given many times.",
        HelpName = "COLUMN=N",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _quantiles = new("--quantiles") { Description = "Quantiles to forecast, such as 0.1,0.5,0.9.", HelpName = "Q,Q" };

    public IReadOnlyList<Option> All => [_batch, _learningRate, _units, _layers, _split, _quantiles, _embed];

    /// <summary>The flags that are keys of any specification, as changes of it.</summary>
    public IEnumerable<string> Changes(ParseResult parsed)
    {
        if (parsed.GetValue(_batch) is { } batch) yield return string.Create(CultureInfo.InvariantCulture, $"training.batch={batch}");
        if (parsed.GetValue(_quantiles) is { } quantiles) yield return $"training.loss={{\"quantile\":[{quantiles}]}}";
        if (Embedded(parsed) is { Length: > 0 } embedded)
            yield return $"data.embedded={JsonSerializer.Serialize(embedded.Select(column => column.Input))}";
        if (parsed.GetValue(_split) is not { } split) yield break;
        string[] parts = split.Split(',', StringSplitOptions.TrimEntries);
        if (parts.Length is 0 or > 3 || parts.Any(part => part.Length == 0))
            throw new InvalidInputException($"--split {split} is not up to three parts", "Write for instance --split 0.7,0.1,0.2, or --split rest,0,48");
        string[] names = ["train", "validation", "test"];
        yield return $"data.split={{{string.Join(',', parts.Select((part, i) => $"\"{names[i]}\":{(part == "rest" ? "\"rest\"" : part)}"))}}}";
    }

    private (string Input, int Units)[] Embedded(ParseResult parsed) => [.. parsed.GetValue(_embed)!.Select(text =>
    {
        int at = text.LastIndexOf('=');
        return at > 0 && int.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int units) && units > 0
            ? (text[..at], units)
            : throw new InvalidInputException($"--embed {text} is not a column and a number", "Write for instance --embed store=4");
    })];

    /// <summary>Applies the flags that change layers and optimizer, whatever their kind.</summary>
    /// <exception cref="InvalidInputException">The model has no recurrent layer.</exception>
    public RunSpecification Apply(ParseResult parsed, RunSpecification specification)
    {
        if (parsed.GetValue(_learningRate) is { } rate)
        {
            if (!(rate > 0) || !double.IsFinite(rate)) throw new InvalidInputException($"--learning-rate {rate} is not above 0", "Give for instance 0.001");
            specification = specification with
            {
                Training = specification.Training with { Optimizer = specification.Training.Optimizer with { LearningRate = rate } },
            };
        }

        RunSpecification looked = specification;
        var embedded = Embedded(parsed).SelectMany(column => looked.Task.InputsOf(looked.Data, column.Input).Select(name => (name, column.Units)));
        specification = looked with { Model = looked.Model.WithEmbeddings([.. embedded]) };
        int? units = parsed.GetValue(_units), layers = parsed.GetValue(_layers);
        if (units is null && layers is null) return specification;
        if (!specification.Model.Layers.Any(layer => layer is Recurrent))
            throw new InvalidInputException("--units and --layers set recurrent layers, and the model has none", "Leave them out");
        return (specification with { Model = specification.Model.WithRecurrent(units, layers) }).With([]);
    }
}
