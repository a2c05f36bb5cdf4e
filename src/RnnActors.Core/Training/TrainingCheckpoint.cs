using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Models;
using RnnActors.Core.Parameters;
using RnnActors.Core.Problems;

namespace RnnActors.Core.Training;

/// <summary>What a checkpoint stores of its run, beside the state.</summary>
/// <param name="Specification">The whole specification, as canonical JSON.</param>
/// <param name="Preparation">What was fitted on the training rows (scales, vocabulary), as JSON.</param>
/// <param name="DataHash">The hash of all data that the network reads.</param>
public sealed record RunIdentity(string Specification, string Preparation, string DataHash);

/// <summary>
/// Converts a run's state to tensors and metadata, and back. Parameters have PyTorch's names; moments, averaged and best parameters and carried states have
/// names with a prefix.
/// </summary>
public static class TrainingCheckpoint
{
    public const string SpecificationKey = "specification";
    public const string PreparationKey = "preparation";
    public const string DataHashKey = "data_hash";
    public const string ParametersKey = "parameters";
    public const string ProgressKey = "progress";
    private const string MomentPrefix = "optimizer.";

    /// <summary>Prefix of the best parameters' names.</summary>
    public const string BestPrefix = "best.";

    /// <summary>Prefix of the averaged parameters' names.</summary>
    public const string AveragePrefix = "average.";

    private const string CarriedName = "carried_state";

    /// <summary>The hash of parameters that is shown to users (<see cref="ParameterHash"/>).</summary>
    public static string Hash(ParameterLayout layout, AlignedBuffer parameters) =>
        ParameterHash.Compute(layout.Slots.Select(slot => (slot.Name, (ReadOnlyMemory<float>)parameters.Memory.Slice(slot.Offset, slot.Length))));

    public static IEnumerable<NamedTensor> Tensors(Model model, TrainingSpec training, TrainingState state)
    {
        IEnumerable<NamedTensor> Block(string prefix, AlignedBuffer block) => model.Layout.Slots.Select(slot => NamedTensor.Of<float>(
            prefix + slot.Name, block.Memory.Slice(slot.Offset, slot.Length), [.. slot.Shape.Select(extent => (long)extent)]));

        var tensors = Block("", state.Parameters);
        var moments = training.Optimizer.Moments;
        for (int i = 0; i < moments.Count; i++) tensors = tensors.Concat(Block($"{MomentPrefix}{moments[i]}.", state.Moments[i]));
        if (state.IsAveraged) tensors = tensors.Concat(Block(AveragePrefix, state.Average!));
        if (state.Best is not null) tensors = tensors.Concat(Block(BestPrefix, state.Best));
        if (state.Carried.Length > 0)
            tensors = tensors.Append(NamedTensor.Of<float>(CarriedName, state.Carried, state.Carried.Length / model.StateWidth, model.StateWidth));
        return tensors;
    }

    public static IReadOnlyDictionary<string, string> Metadata(Model model, TrainingSpec training, TrainingState state, RunIdentity run) =>
        new Dictionary<string, string>
        {
            [SpecificationKey] = run.Specification,
            [PreparationKey] = run.Preparation,
            [DataHashKey] = run.DataHash,
            [ParametersKey] = Hash(model.Layout, state.Parameters),
            [ProgressKey] = JsonSerializer.Serialize(state.Progress, ProgressJson.Default.TrainingProgress),
            ["epoch"] = state.Progress.Epoch.ToString(CultureInfo.InvariantCulture),
            ["seed"] = training.Seed.ToString(CultureInfo.InvariantCulture),
        };

    public static RunIdentity Identity(Checkpoint checkpoint) =>
        new(Text(checkpoint, SpecificationKey), Text(checkpoint, PreparationKey), Text(checkpoint, DataHashKey));

    /// <summary>The state that a checkpoint holds.</summary>
    /// <exception cref="InvalidInputException">It is not a checkpoint of this model.</exception>
    public static TrainingState Restore(Checkpoint checkpoint, Model model, TrainingSpec training)
    {
        TrainingProgress? progress;
        try
        {
            progress = JsonSerializer.Deserialize(Text(checkpoint, ProgressKey), ProgressJson.Default.TrainingProgress);
        }
        catch (JsonException e)
        {
            throw Unusable(checkpoint, $"its {ProgressKey} cannot be read ({e.Message})");
        }

        if (progress is { AveragingSince: { } since } && progress.Step > since && !HasAverage(checkpoint, model))
            throw Unusable(checkpoint, "it has no averaged parameters");
        float[] carried = checkpoint.File.Find(CarriedName) is { } kept ? kept.Values<float>().ToArray() : [];
        var state = TrainingState.Restore(
            Block(checkpoint, model.Layout, ""),
            [.. training.Optimizer.Moments.Select(moment => Block(checkpoint, model.Layout, $"{MomentPrefix}{moment}."))],
            carried, HasBest(checkpoint, model) ? Block(checkpoint, model.Layout, BestPrefix) : null,
            progress ?? throw Unusable(checkpoint, "it has no progress"), model.Layout.FrozenRanges);
        if (HasAverage(checkpoint, model)) state.Average = Block(checkpoint, model.Layout, AveragePrefix);
        return state;
    }

    /// <summary>Whether a tensor of that name holds parameters (the last, averaged or best ones), not state that only training needs.</summary>
    public static bool IsParameter(string name) =>
        name != CarriedName && !(name.StartsWith(MomentPrefix, StringComparison.Ordinal) && name.AsSpan(MomentPrefix.Length).Contains('.'));

    /// <summary>Whether a checkpoint holds the parameters with the lowest validation loss, beside the last ones.</summary>
    public static bool HasBest(Checkpoint checkpoint, Model model) => checkpoint.File.Find(BestPrefix + model.Layout.Slots[0].Name) is not null;

    /// <summary>Only the parameters, (P), for inference.</summary>
    /// <param name="best">Whether to take those with the lowest validation loss, if it <see cref="HasBest"/>; otherwise the averaged or last ones.</param>
    /// <exception cref="InvalidInputException">It is not a checkpoint of this model.</exception>
    public static AlignedBuffer Parameters(Checkpoint checkpoint, Model model, bool best) =>
        Block(checkpoint, model.Layout, best ? BestPrefix : HasAverage(checkpoint, model) ? AveragePrefix : "");

    private static bool HasAverage(Checkpoint checkpoint, Model model) => checkpoint.File.Find(AveragePrefix + model.Layout.Slots[0].Name) is not null;

    private static AlignedBuffer Block(Checkpoint checkpoint, ParameterLayout layout, string prefix)
    {
        var block = new AlignedBuffer(layout.Length);
        foreach (var slot in layout.Slots)
        {
            var tensor = checkpoint.File[prefix + slot.Name];
            if (tensor.Type != TensorType.F32 || !tensor.Shape.SequenceEqual(slot.Shape.Select(extent => (long)extent)))
                throw Unusable(checkpoint, $"its {tensor} is not the model's F32 [{string.Join(", ", slot.Shape)}]");
            tensor.Values<float>().CopyTo(slot.Of(block.Span));
        }

        return block;
    }

    private static string Text(Checkpoint checkpoint, string key) =>
        checkpoint.Metadata.TryGetValue(key, out string? text) ? text : throw Unusable(checkpoint, $"it has no {key}");

    private static InvalidInputException Unusable(Checkpoint checkpoint, string why) =>
        new($"this is not a checkpoint that can be used here: {why}", "Choose one that RnnActors wrote for this specification",
            new SourceLocation(checkpoint.Path));
}

/// <summary>Reads and writes a run's progress without reflection, for programs compiled ahead of time.</summary>
[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(TrainingProgress))]
internal sealed partial class ProgressJson : JsonSerializerContext;
