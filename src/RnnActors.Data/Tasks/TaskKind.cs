using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;
using RnnActors.Core.Training;

namespace RnnActors.Data.Tasks;

/// <summary>
/// A kind of task: what the rest of the program asks in order to read its data, train, score and use its networks. A new kind is one class, given to
/// <c>TaskKinds.Register</c>. Derive from <see cref="TaskKind{TData}"/>.
/// </summary>
public abstract class TaskKind
{
    /// <summary>The value of <c>task</c> in a specification: <c>language-model</c>.</summary>
    public abstract string Name { get; }

    /// <summary>A network of this kind with its article, for messages: <c>a language model</c>.</summary>
    public abstract string Noun { get; }

    /// <summary>What such a network does, for messages: <c>continues texts</c>.</summary>
    public abstract string Purpose { get; }

    /// <summary>A data file of this kind with its article, for messages: <c>a text</c>.</summary>
    public abstract string FileNoun { get; }

    /// <summary>A commented specification to start from; its model is the one that suits a file of this kind by default.</summary>
    public abstract string Template { get; }

    /// <summary>The template that suits a file, where the kind has several.</summary>
    /// <param name="path">Null for generated data.</param>
    /// <param name="overrides">Changes that the user gave beside it.</param>
    public virtual string TemplateFor(string? path, IReadOnlyList<string> overrides) => Template;

    /// <summary>A run whose data are generated; null where there is none.</summary>
    public virtual TaskExample? Example => null;

    /// <summary>The type of the specification's <c>data</c>.</summary>
    public abstract Type DataType { get; }

    /// <summary>The keys of <c>data</c>.</summary>
    public abstract Format<DataSpec> DataFormat { get; }

    /// <summary>The names of these keys.</summary>
    public abstract IReadOnlyList<string> DataKeys { get; }

    /// <summary><c>data</c> with all its defaults.</summary>
    public abstract DataSpec BlankData { get; }

    /// <summary>Keys of <c>data</c> that the command line sets by options of their own.</summary>
    public virtual IReadOnlyList<DataOption> Options => [];

    /// <summary>How prepared data lie in files, for the nodes of a cluster.</summary>
    public virtual IReadOnlyList<DatasetFormat> DatasetFormats => [];

    /// <summary>The keys of <c>model</c>; usually a <see cref="ModelFormat"/>.</summary>
    public abstract Format<ModelSpec> Model { get; }

    /// <summary>What <see cref="Model"/> calls as many dense units as the task has outputs: <c>vocabulary</c>.</summary>
    public abstract string OutputsName { get; }

    /// <summary>An input like the task's, to try the layers on before the data are read.</summary>
    public abstract Shape ExampleInput { get; }

    /// <summary>All inputs, where a network of this kind reads several by their names.</summary>
    public virtual IReadOnlyList<NamedSignal> ExampleInputs => [new(InputNames.Default, ExampleInput)];

    /// <summary>The inputs to try the layers on, where they depend on the data that are asked for.</summary>
    public virtual IReadOnlyList<NamedSignal> ExampleInputsOf(DataSpec data) => ExampleInputs;

    /// <summary>What an embedded column is read as, by the names of inputs: usually its own.</summary>
    public virtual IEnumerable<string> InputsOf(DataSpec data, string column) => [column];

    /// <summary>Steps of every row of the first input, where they are known before the data are read; else 0.</summary>
    public virtual int StepsOf(DataSpec data) => 0;

    /// <summary>Whether the network predicts labels, not values.</summary>
    public abstract bool PredictsLabels { get; }

    /// <summary>Whether the network predicts at every step, not once a row.</summary>
    public abstract bool PredictsEveryStep { get; }

    /// <summary>The losses that it can be trained with, by their names in specifications.</summary>
    public abstract IReadOnlyList<string> Losses { get; }

    /// <summary>What a score is made of, in the order of its columns.</summary>
    public abstract IReadOnlyList<MetricColumn> Metrics { get; }

    /// <summary>The commands that use a trained network of this kind; the most important first.</summary>
    public abstract IReadOnlyList<TaskUse> Uses { get; }

    /// <summary>Whether a data file is of this kind.</summary>
    /// <param name="path">A file or a folder; null for generated data.</param>
    /// <param name="keys">The keys of <c>data</c> that the user gave beside it.</param>
    public abstract FileMatch Match(string? path, IReadOnlySet<string> keys);

    /// <summary>Refuses a layer that no network of this kind can have.</summary>
    /// <param name="place">Where the layer stands in the specification.</param>
    /// <exception cref="InvalidInputException">It is such a layer.</exception>
    public virtual void CheckLayer(LayerSpec layer, SourceNode place)
    {
    }

    /// <summary>What to use for an option that means nothing for this kind; null for nothing.</summary>
    public virtual string? InsteadOf(string option) => null;

    /// <summary>The change of a specification that tests on one of some folds of the examples:
    /// <c>data.split.test="line % 10 == 3"</c>; null where rows are no independent examples.</summary>
    public virtual string? FoldChange(DataSpec data, int folds, int fold) => null;

    /// <summary>
    /// The change of a specification that forecasts the rows at one origin: as if so many later
    /// rows were not there yet. Null where rows are not in order of time.
    /// </summary>
    /// <param name="later">Rows behind those that are forecast.</param>
    public virtual string? OriginChange(DataSpec data, int later) => null;

    /// <summary>Rows that are forecast at once; null where rows are not in order of time.</summary>
    public virtual int? HorizonOf(DataSpec data) => null;

    /// <summary>The template's <c>data</c> for a file: what the user did not give is found by looking at it.</summary>
    /// <param name="data">The template's, with what the user gave.</param>
    /// <param name="path">Null for generated data.</param>
    /// <param name="given">The keys that the user gave.</param>
    /// <exception cref="InvalidInputException">The file cannot be read, or leaves a choice open.</exception>
    public abstract DataSpec Complete(DataSpec data, string? path, IReadOnlySet<string> given);

    /// <summary>What a data file of this kind holds.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read.</exception>
    public abstract DataFileSummary Summarize(string path);

    /// <summary>Reads the data, checks, cuts and scales them.</summary>
    /// <param name="baseDirectory">Where relative paths start.</param>
    /// <exception cref="InvalidInputException">The data cannot be read or used.</exception>
    public abstract PreparedTask Prepare(DataSpec data, string baseDirectory, TrainingSpec training);

    /// <summary>What was fitted on the training rows, as a checkpoint tells it.</summary>
    /// <param name="preparation">That of <see cref="PreparedTask.Preparation"/>.</param>
    /// <param name="name">What messages call the checkpoint.</param>
    /// <exception cref="InvalidInputException">The preparation is not of this kind.</exception>
    public abstract FittedTask Restore(string preparation, DataSpec data, string name);
}

/// <inheritdoc cref="TaskKind"/>
/// <typeparam name="TData">What a specification says about its data.</typeparam>
public abstract class TaskKind<TData> : TaskKind
    where TData : DataSpec
{
    private DataFormat<TData>? _format;

    public sealed override Type DataType => typeof(TData);

    public sealed override IReadOnlyList<string> DataKeys => [.. Data.Keys.Select(key => key.Name)];

    public sealed override DataSpec BlankData => Data.Blank;

    public sealed override Format<DataSpec> DataFormat => _format ??= new DataFormat<TData>(DataName is { } name ? Data.Named(name) : Data);

    /// <summary>The keys of <c>data</c>.</summary>
    protected abstract ObjectFormat<TData> Data { get; }

    /// <summary>What the JSON schema calls them; null to describe them where they stand.</summary>
    protected virtual string? DataName => null;

    public sealed override DataSpec Complete(DataSpec data, string? path, IReadOnlySet<string> given) => Complete((TData)data, path, given);

    public sealed override PreparedTask Prepare(DataSpec data, string baseDirectory, TrainingSpec training) => Prepare((TData)data, baseDirectory, training);

    public sealed override FittedTask Restore(string preparation, DataSpec data, string name) => Restore(preparation, (TData)data, name);

    /// <inheritdoc cref="TaskKind.Complete(DataSpec, string, IReadOnlySet{string})"/>
    protected abstract TData Complete(TData data, string? path, IReadOnlySet<string> given);

    /// <inheritdoc cref="TaskKind.Prepare(DataSpec, string, TrainingSpec)"/>
    protected abstract PreparedTask Prepare(TData data, string baseDirectory, TrainingSpec training);

    /// <inheritdoc cref="TaskKind.Restore(string, DataSpec, string)"/>
    protected abstract FittedTask Restore(string preparation, TData data, string name);
}
