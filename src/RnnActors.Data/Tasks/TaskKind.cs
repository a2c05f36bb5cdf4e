using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;
using RnnActors.Core.Training;

namespace RnnActors.Data.Tasks;

/// <summary>
/// A kind of task: everything that the program needs to read its data, and to train, score and use its networks. A new kind is one class, registered with
/// <c>TaskKinds.Register</c>. Derive it from <see cref="TaskKind{TData}"/>.
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

    /// <summary>The template that suits a file, if the kind has several.</summary>
    /// <param name="path">Null for generated data.</param>
    /// <param name="overrides">Changes that the user has given.</param>
    public virtual string TemplateFor(string? path, IReadOnlyList<string> overrides) => Template;

    /// <summary>A run with generated data; null if there is none.</summary>
    public virtual TaskExample? Example => null;

    /// <summary>The type of the specification's <c>data</c>.</summary>
    public abstract Type DataType { get; }

    /// <summary>The keys of <c>data</c>.</summary>
    public abstract Format<DataSpec> DataFormat { get; }

    /// <summary>The names of these keys.</summary>
    public abstract IReadOnlyList<string> DataKeys { get; }

    /// <summary>The <c>data</c> section with all its defaults.</summary>
    public abstract DataSpec BlankData { get; }

    /// <summary>Command-line options that set keys of <c>data</c>.</summary>
    public virtual IReadOnlyList<DataOption> Options => [];

    /// <summary>The file formats of prepared data, for the nodes of a cluster.</summary>
    public virtual IReadOnlyList<DatasetFormat> DatasetFormats => [];

    /// <summary>The keys of <c>model</c>; usually a <see cref="ModelFormat"/>.</summary>
    public abstract Format<ModelSpec> Model { get; }

    /// <summary>The name in <see cref="Model"/> for the task's number of outputs, as units of a dense layer: <c>vocabulary</c>.</summary>
    public abstract string OutputsName { get; }

    /// <summary>The shape of a typical input, to check the layers before the data are read.</summary>
    public abstract Shape ExampleInput { get; }

    /// <summary>All typical inputs, if a network of this kind reads several.</summary>
    public virtual IReadOnlyList<NamedSignal> ExampleInputs => [new(InputNames.Default, ExampleInput)];

    /// <summary>The inputs to check the layers with, if they depend on the data section.</summary>
    public virtual IReadOnlyList<NamedSignal> ExampleInputsOf(DataSpec data) => ExampleInputs;

    /// <summary>The names of the inputs of an embedded column: usually its own name.</summary>
    public virtual IEnumerable<string> InputsOf(DataSpec data, string column) => [column];

    /// <summary>The number of steps of every row of the first input, if it is known before the data are read; else 0.</summary>
    public virtual int StepsOf(DataSpec data) => 0;

    /// <summary>Whether the network predicts labels rather than values.</summary>
    public abstract bool PredictsLabels { get; }

    /// <summary>Whether the network predicts at every step rather than once for each row.</summary>
    public abstract bool PredictsEveryStep { get; }

    /// <summary>The losses that it can be trained with, by their names in specifications.</summary>
    public abstract IReadOnlyList<string> Losses { get; }

    /// <summary>The metrics of a score, in the order of its columns.</summary>
    public abstract IReadOnlyList<MetricColumn> Metrics { get; }

    /// <summary>The commands that use a trained network of this kind, the most important first.</summary>
    public abstract IReadOnlyList<TaskUse> Uses { get; }

    /// <summary>How well a data file suits this kind.</summary>
    /// <param name="path">A file or a folder; null for generated data.</param>
    /// <param name="keys">The keys of <c>data</c> that the user has given.</param>
    public abstract FileMatch Match(string? path, IReadOnlySet<string> keys);

    /// <summary>Throws for a layer that a network of this kind cannot have.</summary>
    /// <param name="place">The place of the layer in the specification.</param>
    /// <exception cref="InvalidInputException">It is such a layer.</exception>
    public virtual void CheckLayer(LayerSpec layer, SourceNode place)
    {
    }

    /// <summary>What to use instead of an option that has no meaning for this kind; null for nothing.</summary>
    public virtual string? InsteadOf(string option) => null;

    /// <summary>
    /// The change of a specification that makes one of several folds of the examples the test part: <c>data.split.test="line % 10 == 3"</c>; null if rows are
    /// not independent examples.
    /// </summary>
    public virtual string? FoldChange(DataSpec data, int folds, int fold) => null;

    /// <summary>
    /// The change of a specification that moves the forecast origin, for backtests: as if some of the last rows did not exist yet. Null if rows are not in
    /// order of time.
    /// </summary>
    /// <param name="later">How many rows follow the forecast ones.</param>
    public virtual string? OriginChange(DataSpec data, int later) => null;

    /// <summary>The number of rows that are forecast at once; null if rows are not in order of time.</summary>
    public virtual int? HorizonOf(DataSpec data) => null;

    /// <summary>Completes the template's <c>data</c> for a file: what the user has not given is detected.</summary>
    /// <param name="data">The template's section, with what the user has given.</param>
    /// <param name="path">Null for generated data.</param>
    /// <param name="given">The keys that the user has given.</param>
    /// <exception cref="InvalidInputException">The file cannot be read, or does not determine a choice.</exception>
    public abstract DataSpec Complete(DataSpec data, string? path, IReadOnlySet<string> given);

    /// <summary>Summarises a data file of this kind.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read.</exception>
    public abstract DataFileSummary Summarize(string path);

    /// <summary>Reads, checks, splits and scales the data.</summary>
    /// <param name="baseDirectory">The folder to which relative paths refer.</param>
    /// <exception cref="InvalidInputException">The data cannot be read or used.</exception>
    public abstract PreparedTask Prepare(DataSpec data, string baseDirectory, TrainingSpec training);

    /// <summary>Restores what was fitted on the training rows, from a checkpoint.</summary>
    /// <param name="preparation">The <see cref="PreparedTask.Preparation"/>.</param>
    /// <param name="name">The name of the checkpoint in messages.</param>
    /// <exception cref="InvalidInputException">The preparation is not of this kind.</exception>
    public abstract FittedTask Restore(string preparation, DataSpec data, string name);
}

/// <inheritdoc cref="TaskKind"/>
/// <typeparam name="TData">The type of the specification's <c>data</c>.</typeparam>
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

    /// <summary>The name of these keys in the JSON schema; null to describe them inline.</summary>
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
