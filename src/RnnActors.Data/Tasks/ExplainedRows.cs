using RnnActors.Core.Explanations;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;

namespace RnnActors.Data.Tasks;

/// <summary>An input in the words of its task.</summary>
/// <param name="Name">Of the input: <c>words</c>.</param>
/// <param name="Steps">A name a step: tokens, dates, times.</param>
/// <param name="Features">A name a value of a step: columns, bands of frequency; one, empty, where the input is tokens.</param>
public sealed record ExplainedInput(string Name, IReadOnlyList<string> Steps, IReadOnlyList<string> Features)
{
    /// <summary>Whether steps are tokens.</summary>
    public bool IsText => Features is [""];

    /// <summary>Whether tokens are written without spaces between them.</summary>
    public bool IsJoined { get; init; }
}

/// <summary>What a network says of a row.</summary>
/// <param name="Prediction">In the task's words.</param>
/// <param name="Truth">Null where nobody knows.</param>
/// <param name="Certainty">As <see cref="ExplainedRows.CertaintyName"/> says.</param>
public sealed record RowVerdict(string Prediction, string? Truth, double Certainty);

/// <summary>A row that is explained.</summary>
/// <param name="Data">Where it is a row of: with what the network itself has written, where it reads that.</param>
/// <param name="Scalar">The number that is explained.</param>
/// <param name="Explained">The same in words: <c>the log odds of positive</c>.</param>
/// <param name="Step">The step of the output that is explained; null for all, or the only one.</param>
public sealed record ExplainedExample(
    SequenceDataset Data, int Row, string Description, RowVerdict Verdict, OutputScalar Scalar, string Explained, IReadOnlyList<ExplainedInput> Inputs,
    int? Step)
{
    /// <summary>What attributions are multiplied by to be in the unit of <see cref="Unit"/>.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>The unit of attributions.</summary>
    public string Unit { get; init; } = "nats";

    /// <summary>What the reader should know, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>Rows whose predictions can be explained, in the words of their task.</summary>
/// <param name="data">All rows.</param>
/// <param name="part">What they are: <c>test</c>, <c>validation</c>, <c>training</c>, <c>given</c>.</param>
public abstract class ExplainedRows(SequenceDataset data, string part)
{
    public SequenceDataset Data => data;

    public string Part => part;

    /// <summary>Whether the targets are known.</summary>
    public bool HasTruth => part != GivenPart;

    /// <summary>What <see cref="RowVerdict.Certainty"/> is.</summary>
    public virtual string CertaintyName => "probability";

    /// <summary>Whether a higher certainty is surer.</summary>
    public virtual bool IsHigherSurer => true;

    /// <summary>The part of rows that the user gave, whose targets nobody knows.</summary>
    public const string GivenPart = "given";

    /// <summary>A row in a line.</summary>
    public abstract string Show(int row);

    /// <summary>The row's inputs.</summary>
    public abstract IReadOnlyList<ExplainedInput> InputsOf(int row);

    /// <summary>What the network says of a row.</summary>
    /// <param name="outputs">(steps or 1, outputs).</param>
    public abstract RowVerdict Judge(int row, ReadOnlySpan<float> outputs);

    /// <summary>A row, with the one output of it that is traced back to its inputs: a class, a step of a forecast.</summary>
    /// <exception cref="InvalidInputException">The task has no output of that choice.</exception>
    public abstract ExplainedExample Open(TrainedNetwork network, int row, ExplanationChoice choice);

    /// <summary>A place in a row, for people: a token among its neighbours, a date.</summary>
    /// <param name="span">Steps behind the first that belong to the place too.</param>
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

    /// <summary>A step that the user counts from 1, or null.</summary>
    /// <exception cref="InvalidInputException">There is none such.</exception>
    protected static int? StepOf(ExplanationChoice choice, int steps, string noun)
    {
        if (choice.Step is not { } step) return null;
        return step >= 1 && step <= steps
            ? step - 1
            : throw new InvalidInputException($"--step is {step}, but there are {steps} {noun}", $"Give a number from 1 to {steps}");
    }

    /// <summary>The number of a name.</summary>
    /// <exception cref="InvalidInputException">There is none such.</exception>
    protected static int NumberOf(string name, IReadOnlyList<string> names, string option, string noun)
    {
        int found = names.ToList().IndexOf(name);
        if (found >= 0) return found;
        throw new InvalidInputException(
            $"{option} is {name}, which is no {noun} of this run", Suggestion.Nearest(name, names) is { } nearest
                ? $"Did you mean {nearest}"
                : $"There are {string.Join(", ", names.Take(20))}{(names.Count > 20 ? " …" : "")}");
    }

    /// <exception cref="InvalidInputException">An option was given that says nothing for this kind of task.</exception>
    protected static void Refuse(object? given, string option, string kind)
    {
        if (given is not null) throw new InvalidInputException($"{option} says nothing for {kind}", "Leave it out");
    }

    /// <exception cref="InvalidInputException">The network knows nothing of a text.</exception>
    internal static void RefuseUnknownText(IEnumerable<bool> known, string text, string units)
    {
        if (known.Any(isKnown => isKnown)) return;
        throw new InvalidInputException($"the network knows none of the {units} of \"{text}\", so there is nothing to explain",
            $"Give a text with {units} of the training data");
    }
}
