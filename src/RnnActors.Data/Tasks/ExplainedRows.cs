using RnnActors.Core.Explanations;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;

namespace RnnActors.Data.Tasks;

/// <summary>An input in the terms of its task.</summary>
/// <param name="Name">The name of the input: <c>words</c>.</param>
/// <param name="Steps">The name of each step: tokens, dates, times.</param>
/// <param name="Features">The name of each value of a step: columns, frequency bands; one empty name if the input is tokens.</param>
public sealed record ExplainedInput(string Name, IReadOnlyList<string> Steps, IReadOnlyList<string> Features)
{
    /// <summary>Whether steps are tokens.</summary>
    public bool IsText => Features is [""];

    /// <summary>Whether tokens are written without spaces between them.</summary>
    public bool IsJoined { get; init; }
}

/// <summary>A network's prediction for a row.</summary>
/// <param name="Prediction">In the terms of the task.</param>
/// <param name="Truth">The true value; null if it is unknown.</param>
/// <param name="Certainty">See <see cref="ExplainedRows.CertaintyName"/>.</param>
public sealed record RowVerdict(string Prediction, string? Truth, double Certainty);

/// <summary>A row to be explained.</summary>
/// <param name="Data">The dataset of the row; with the network's own output, if the network reads that.</param>
/// <param name="Scalar">The number that is explained.</param>
/// <param name="Explained">The same in words: <c>the log odds of positive</c>.</param>
/// <param name="Step">The step of the output that is explained; null for all, or the only one.</param>
public sealed record ExplainedExample(
    SequenceDataset Data, int Row, string Description, RowVerdict Verdict, OutputScalar Scalar, string Explained, IReadOnlyList<ExplainedInput> Inputs,
    int? Step)
{
    /// <summary>The factor from attributions to <see cref="Unit"/>.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>The unit of attributions.</summary>
    public string Unit { get; init; } = "nats";

    /// <summary>Notes for the reader, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>Rows whose predictions can be explained, in the terms of their task.</summary>
/// <param name="data">All rows.</param>
/// <param name="part">The name of the part: <c>test</c>, <c>validation</c>, <c>training</c>, <c>given</c>.</param>
public abstract class ExplainedRows(SequenceDataset data, string part)
{
    public SequenceDataset Data => data;

    public string Part => part;

    /// <summary>Whether the targets are known.</summary>
    public bool HasTruth => part != GivenPart;

    /// <summary>The meaning of <see cref="RowVerdict.Certainty"/>.</summary>
    public virtual string CertaintyName => "probability";

    /// <summary>Whether a higher value means more certainty.</summary>
    public virtual bool IsHigherSurer => true;

    /// <summary>The part of rows that the user gave, with unknown targets.</summary>
    public const string GivenPart = "given";

    /// <summary>A row in one line, for display.</summary>
    public abstract string Show(int row);

    /// <summary>The row's inputs.</summary>
    public abstract IReadOnlyList<ExplainedInput> InputsOf(int row);

    /// <summary>The network's prediction for a row.</summary>
    /// <param name="outputs">(steps or 1, outputs).</param>
    public abstract RowVerdict Judge(int row, ReadOnlySpan<float> outputs);

    /// <summary>Chooses the output of a row that is attributed to its inputs: a class, a step of a forecast.</summary>
    /// <exception cref="InvalidInputException">The task has no such output.</exception>
    public abstract ExplainedExample Open(TrainedNetwork network, int row, ExplanationChoice choice);

    /// <summary>A position in a row, for display: a token with its neighbours, a date.</summary>
    /// <param name="span">The number of further steps that belong to the position.</param>
    public virtual string ShowPlace(int row, int input, int step, int span = 0)
    {
        const int Before = 6, After = 2;
        var named = InputsOf(row)[input];
        int last = Math.Min(step + span, named.Steps.Count - 1);
        if (!named.IsText) return named.Steps[last];
        string gap = named.IsJoined ? "" : " ";
        int from = Math.Max(0, step - (named.IsJoined ? 3 * Before : Before)), to = Math.Min(named.Steps.Count, last + 1 + After);
        string Part(int first, int end) => string.Join(gap, named.Steps.Skip(first).Take(end - first));
        return $"{(from > 0 ? "…" : "")}{Part(from, step)}{(step > from ? gap : "")}[{Part(step, last + 1)}]"
            + $"{(to > last + 1 ? gap : "")}{Part(last + 1, to)}{(to < named.Steps.Count ? "…" : "")}";
    }

    /// <summary>The outputs of one row.</summary>
    protected static float[] OutputsOf(TrainedNetwork network, SequenceDataset data, int row)
    {
        var example = ExampleInput.Read(data, row);
        return SingleOutput.Compute(network.Model, network.Parameters, example, data.IsRagged);
    }

    /// <summary>The index of the chosen step, which the user counts from 1; null for none.</summary>
    /// <exception cref="InvalidInputException">There is no such step.</exception>
    protected static int? StepOf(ExplanationChoice choice, int steps, string noun)
    {
        if (choice.Step is not { } step) return null;
        return step >= 1 && step <= steps
            ? step - 1
            : throw new InvalidInputException($"--step is {step}, but there are {steps} {noun}", $"Give a number from 1 to {steps}");
    }

    /// <summary>The index of a name.</summary>
    /// <exception cref="InvalidInputException">There is no such name.</exception>
    protected static int NumberOf(string name, IReadOnlyList<string> names, string option, string noun)
    {
        int found = names.ToList().IndexOf(name);
        if (found >= 0) return found;
        throw new InvalidInputException(
            $"{option} is {name}, which is no {noun} of this run", Suggestion.Nearest(name, names) is { } nearest
                ? $"Did you mean {nearest}"
                : $"There are {string.Join(", ", names.Take(20))}{(names.Count > 20 ? " …" : "")}");
    }

    /// <exception cref="InvalidInputException">An option was given that has no meaning for this kind of task.</exception>
    protected static void Refuse(object? given, string option, string kind)
    {
        if (given is not null) throw new InvalidInputException($"{option} says nothing for {kind}", "Leave it out");
    }

    /// <exception cref="InvalidInputException">The network knows no unit of the text.</exception>
    internal static void RefuseUnknownText(IEnumerable<bool> known, string text, string units)
    {
        if (known.Any(isKnown => isKnown)) return;
        throw new InvalidInputException($"the network knows none of the {units} of \"{text}\", so there is nothing to explain",
            $"Give a text with {units} of the training data");
    }
}
