using System.Runtime.InteropServices;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Sequences;
using RnnActors.Data.Findings;
using RnnActors.Data.Tasks;
using RnnActors.Data.Wording;
using RnnActors.Runs.Preparing;

namespace RnnActors.Runs.Judgements;

/// <summary>Judges data and model before training: pure functions, for any kind of task.</summary>
public static class Judge
{
    /// <summary>With more parameters per training row than this, the network can learn the rows by heart.</summary>
    public const int ParametersPerRow = 100;

    /// <summary>The same limit with early stopping.</summary>
    public const int ParametersPerRowWithEarlyStopping = 1000;

    /// <summary>A smaller share of rows that occur in the training part too may be chance.</summary>
    public const double Repeats = 0.01;

    /// <summary>From this share of repeated rows on, figures are worthless.</summary>
    public const double ManyRepeats = 0.05;

    /// <summary>Larger parts are not searched for repeated rows, which would take more than a second or two.</summary>
    private const long MaxValues = 400_000_000;

    /// <returns>The worst first.</returns>
    public static IReadOnlyList<Finding> Of(PreparedRun run)
    {
        List<Finding> findings = [.. Ranges(run), .. run.Task.Examine(run.Specification.Training), .. Repeated(run.Task)];
        if (Parameters(run) is { } parameters) findings.Add(parameters);
        return [.. findings.OrderByDescending(finding => finding.Severity)];
    }

    /// <summary>Finds targets outside the range of the last layer.</summary>
    private static IEnumerable<Finding> Ranges(PreparedRun run)
    {
        if (run.Task.Target.IsLabels) yield break;
        foreach ((string name, SequenceDataset? part) in Parts(run.Task))
        {
            if (part is null) continue;
            (float min, float max) = RangeOf(part);
            if (OutputRange.Find(run.Model, min, max) is not { } found) continue;
            bool isTraining = ReferenceEquals(part, run.Task.Train);
            yield return new Finding(
                "target_out_of_range", isTraining ? FindingSeverity.Problem : FindingSeverity.Warning,
                $"{found}, but the {name} targets reach from {Figures.Number(min)} to {Figures.Number(max)}"
                + (isTraining ? ": the loss cannot become small" : ""),
                "Add a dense layer without an activation behind it, or scale the targets");
            yield break; // the other parts have the same layer
        }
    }

    private static (float Min, float Max) RangeOf(SequenceDataset part)
    {
        Batch batch = part.CreateBatch(1);
        float min = float.PositiveInfinity, max = float.NegativeInfinity;
        for (int row = 0; row < part.Rows; row++)
        {
            part.Read([row], batch);
            foreach (float target in batch.Targets)
                if (float.IsFinite(target)) (min, max) = (Math.Min(min, target), Math.Max(max, target));
        }

        return (min, max);
    }

    /// <summary>Compares the number of parameters with that of rows. Embeddings are left out: a row changes only its own tokens' vectors.</summary>
    private static Finding? Parameters(PreparedRun run)
    {
        string[] embeddings = [.. run.Model.Spec.Layers.Index().Where(layer => layer.Item is Embedding).Select(layer => $"{run.Model.NameOf(layer.Index)}.")];
        long parameters = run.Model.Layout.Slots.Where(slot => !embeddings.Any(prefix => slot.Name.StartsWith(prefix, StringComparison.Ordinal)))
            .Sum(slot => (long)slot.Length);
        SequenceDataset train = run.Task.Train;
        bool isEachStep = train.Target is { IsSequence: true, HasOwnLength: false }; // CTC has one label sequence per row
        long rows = !isEachStep ? train.Rows : train.TargetPositionsOf([.. Enumerable.Range(0, train.Rows)]);
        bool stops = run.Specification.Training.EarlyStopping is not null;
        if (rows == 0 || parameters <= rows * (stops ? ParametersPerRowWithEarlyStopping : ParametersPerRow)) return null;
        return new Finding(
            "too_many_parameters", FindingSeverity.Note,
            $"{Figures.Count(parameters)} parameters are fitted to {Figures.Plural(rows, isEachStep ? "training target" : "training row")}, "
                + $"{Figures.Count(parameters / rows)} to each: they can be memorised",
            stops ? "Give more rows, or fewer --units" : "Give more rows, fewer --units, dropout, or training.earlyStopping with validation rows");
    }

    /// <summary>Finds rows of other parts that are also in the training part, with bitwise equal inputs and targets.</summary>
    private static IEnumerable<Finding> Repeated(PreparedTask task)
    {
        if (task.Train.Streams > 0 || Parts(task).Sum(part => SizeOf(part.Data)) > MaxValues) yield break;
        HashSet<UInt128> known = [.. Hashes(task.Train)];
        foreach ((string name, SequenceDataset? part) in Parts(task).Skip(1))
        {
            if (part is null || part.Rows == 0) continue;
            int repeated = Hashes(part).Count(known.Contains);
            double share = (double)repeated / part.Rows;
            if (share < Repeats) continue;
            yield return new Finding(
                "rows_in_two_parts", share >= ManyRepeats ? FindingSeverity.Warning : FindingSeverity.Note,
                $"{Figures.Count(repeated)} of {Figures.Plural(part.Rows, $"{name} row")} ({Figures.Number(100 * share)} %) {(repeated == 1 ? "is" : "are")} "
                + $"in the training part too, "
                    + $"inputs and targets: for {(repeated == 1 ? "it" : "them")} the figures measure memory",
                "Remove repeats from the data, or see to it that they stay in one part");
        }
    }

    /// <summary>A hash of each row's inputs and targets. Rows whose values are all equal carry no information and are left out.</summary>
    private static IEnumerable<UInt128> Hashes(SequenceDataset data)
    {
        Batch batch = data.CreateBatch(1);
        for (int row = 0; row < data.Rows; row++)
        {
            data.Read([row], batch);
            if (HashOf(batch) is { } hash) yield return hash;
        }
    }

    private static UInt128? HashOf(Batch batch)
    {
        var hash = new RowHash();
        bool says = false;
        foreach (BatchInput input in batch.AllInputs)
        {
            Span<float> values = input.Values;
            Span<int> tokens = input.Tokens;
            says |= (values.Length > 0 && values.ContainsAnyExcept(values[0]))
                || (tokens.Length > 0 && (tokens.Length == 1 || tokens.ContainsAnyExcept(tokens[0])));
            hash.Add(MemoryMarshal.AsBytes(values));
            hash.Add(MemoryMarshal.AsBytes(tokens));
        }

        hash.Add(MemoryMarshal.AsBytes(batch.Targets));
        hash.Add(MemoryMarshal.AsBytes(batch.Labels));
        return says ? hash.Read() : null;
    }

    private static IEnumerable<(string Name, SequenceDataset? Data)> Parts(PreparedTask task) =>
        [("training", task.Train), ("validation", task.Validation), ("test", task.Test)];

    private static long SizeOf(SequenceDataset? data) =>
        data is null ? 0 : data.Inputs.Select((input, i) =>
            (long)data.Rows * (data.IsRagged ? data.MeanSteps : data.StepsOf(i)) * Math.Max(1, input.Shape.IsTokens ? 1 : input.Shape.Features)).Sum();
}
