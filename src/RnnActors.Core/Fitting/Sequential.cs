using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;

namespace RnnActors.Core.Fitting;

/// <summary>
/// A stack of layers with Keras's methods: compile, fit, predict. It trains in the calling thread; actors train the same job to the same bits.
/// </summary>
/// <example>
/// <code>
/// var model = new Sequential(new Lstm(32), new Dense(1));
/// model.Compile(new Adam(0.01), new MeanSquaredError());
/// model.Fit(inputs, targets, epochs: 100);
/// float[,] predicted = model.Predict(inputs);
/// </code>
/// </example>
public sealed partial class Sequential(params LayerSpec[] layers)
{
    private const int DefaultShards = 8;

    private readonly ModelSpec _spec = new(layers);
    private Optimizer? _optimizer;
    private Objective? _loss;
    private LearningRateSchedule? _schedule;
    private double? _clipNorm;
    private Averaging? _averaging;

    /// <summary>The layers joined to their input; null before the first <c>Fit</c>, which determines the input's shape.</summary>
    public Model? Model { get; private set; }

    /// <summary>Parameters and optimiser state; null before the first <c>Fit</c>.</summary>
    public TrainingState? State { get; private set; }

    /// <summary>Chooses how the model is trained. Compiling again keeps the parameters and resets the optimiser and its schedule.</summary>
    /// <param name="clipNorm">Limit for the gradient's global L2 norm; null for none.</param>
    /// <param name="averaging">Validates and predicts with the mean of the parameters over updates; null for the last parameters.</param>
    public void Compile(
        Optimizer optimizer, Objective loss, LearningRateSchedule? schedule = null, double? clipNorm = null, Averaging? averaging = null)
    {
        (_optimizer, _loss, _schedule, _clipNorm, _averaging) = (optimizer, loss, schedule, clipNorm, averaging);
        if (State is null) return;
        var moments = optimizer.Moments.Select(_ => new AlignedBuffer(State.Parameters.Length)).ToArray();
        State = TrainingState.Restore(
            State.InferenceParameters, moments, new float[State.Carried.Length], null, TrainingState.StartOf(averaging), State.Frozen);
    }

    /// <summary>Trains on values: <paramref name="inputs"/> (rows, steps, features), <paramref name="targets"/> (rows, outputs).</summary>
    /// <inheritdoc cref="Fit(SequenceDataset, int, int, int, ulong, SequenceDataset, IProgress{EpochDone}, CancellationToken)"/>
    public History Fit(
        float[,,] inputs, float[,] targets, int epochs = 1, int batchSize = 32, int shards = 0, ulong seed = 1, SequenceDataset? validation = null,
        IProgress<EpochDone>? progress = null, CancellationToken cancellation = default) =>
        Fit(ArrayDataset.Create(inputs, targets), epochs, batchSize, shards, seed, validation, progress, cancellation);

    /// <summary>Trains for <paramref name="epochs"/> further epochs, from where the last call ended.</summary>
    /// <param name="batchSize">Rows per batch.</param>
    /// <param name="shards">Shards per batch: another number gives other bits. 0 for 8, or fewer where a batch has fewer rows.</param>
    /// <param name="validation">Data on which the loss is measured after every epoch.</param>
    /// <exception cref="InvalidInputException">The layers do not fit the data, or an input is not a number.</exception>
    /// <exception cref="NonFiniteException">A loss or gradient is not finite.</exception>
    public History Fit(
        SequenceDataset data, int epochs = 1, int batchSize = 32, int shards = 0, ulong seed = 1, SequenceDataset? validation = null,
        IProgress<EpochDone>? progress = null, CancellationToken cancellation = default)
    {
        var job = CreateJob(data, epochs, batchSize, shards, seed, validation);
        List<EpochDone> epochsDone = [];
        new Trainer(job).Run(
            happened =>
            {
                if (happened is not EpochDone epoch) return;
                epochsDone.Add(epoch);
                progress?.Report(epoch);
            },
            cancellation: cancellation);
        return CreateHistory(epochsDone, data);
    }

    /// <summary>The job that <see cref="Fit(SequenceDataset, int, int, int, ulong, SequenceDataset, IProgress{EpochDone}, CancellationToken)"/>
    /// trains; actors can train it too. Training it changes <see cref="State"/>.</summary>
    public TrainingJob CreateJob(SequenceDataset data, int epochs = 1, int batchSize = 32, int shards = 0, ulong seed = 1, SequenceDataset? validation = null)
    {
        if (_optimizer is null || _loss is null) throw new InvalidOperationException("Compile the model before it is fitted.");
        data.RefuseNotNumbers();
        validation?.RefuseNotNumbers();
        var model = Join(data);
        if (validation is not null) ModelCheck.Matches(model, validation, _loss);
        int rows = Math.Min(batchSize, data.Rows);
        var training = new TrainingSpec
        {
            Loss = _loss,
            Optimizer = _optimizer,
            Schedule = _schedule,
            ClipNorm = _clipNorm,
            Averaging = _averaging,
            Batch = batchSize,
            Shards = shards > 0 ? shards : Math.Min(DefaultShards, rows),
            Epochs = epochs + (State?.Progress.Epoch ?? 0),
            Seed = seed,
        };
        var job = new TrainingJob(model, training, data, validation, State);
        job.CreatePlan();
        (Model, State) = (model, job.CreateState());
        return job with { Start = State };
    }

    /// <summary>The history of a run that trained the job of <see cref="CreateJob"/>.</summary>
    public History CreateHistory(IReadOnlyList<EpochDone> epochs, SequenceDataset data) =>
        new([.. epochs.Select(epoch => epoch.TrainingLoss)], [.. epochs.Select(epoch => epoch.ValidationLoss).OfType<double>()], Warnings(data));

    /// <summary>A table of the layers, as Keras prints it.</summary>
    public string Summary() =>
        Model is null ? throw new InvalidOperationException("Fit the model before it is summarised: the data tell its shapes.") : ModelSummary.Of(Model);

    /// <summary>The outputs for <paramref name="inputs"/> (rows, steps, features).</summary>
    /// <returns>(rows, outputs): the last step's where the model gives an output at every step.</returns>
    /// <exception cref="InvalidInputException">The inputs have another shape than the training data, or are not numbers.</exception>
    public float[,] Predict(float[,,] inputs)
    {
        if (Model is null || State is null) throw new InvalidOperationException("Fit the model before it is asked for predictions.");
        var data = ArrayDataset.CreateInputs(inputs, new TargetShape(Model.Output.Features, Model.Output.IsSequence, false));
        ModelCheck.MatchesInputs(Model, data);
        data.RefuseNotNumbers();
        float[] all = Prediction.Run(Model, State.InferenceParameters.Memory, data);
        int rows = inputs.GetLength(0), steps = Model.Output.IsSequence ? inputs.GetLength(1) : 1, width = Model.Output.Features;
        var result = new float[rows, width];
        for (int row = 0; row < rows; row++)
            for (int i = 0; i < width; i++) result[row, i] = all[(((row * steps) + steps - 1) * width) + i];
        return result;
    }

    /// <summary>The outputs for each row of a dataset, whose rows may have unequal lengths.</summary>
    /// <returns>For each row, (its steps or 1, outputs).</returns>
    /// <exception cref="InvalidInputException">The inputs have another shape than the training data, or are not numbers.</exception>
    public float[][] Predict(SequenceDataset data)
    {
        if (Model is null || State is null) throw new InvalidOperationException("Fit the model before it is asked for predictions.");
        ModelCheck.MatchesInputs(Model, data);
        data.RefuseNotNumbers();
        return Prediction.RunEach(Model, State.InferenceParameters.Memory, data);
    }

    /// <summary>The mean loss over values: <paramref name="inputs"/> (rows, steps, features), <paramref name="targets"/> (rows, outputs).</summary>
    /// <exception cref="InvalidInputException">The data has another shape than the training data, or is not numbers.</exception>
    public double Evaluate(float[,,] inputs, float[,] targets) => Evaluate(ArrayDataset.Create(inputs, targets));

    /// <summary>The mean loss over a dataset.</summary>
    /// <exception cref="InvalidInputException">The data has another shape than the training data, or is not numbers.</exception>
    public double Evaluate(SequenceDataset data)
    {
        if (Model is null || State is null || _loss is null) throw new InvalidOperationException("Fit the model before it is evaluated.");
        ModelCheck.Matches(Model, data, _loss);
        data.RefuseNotNumbers();
        var evaluation = new Evaluation(Model, new TrainingSpec { Loss = _loss, Optimizer = _optimizer!, Batch = Math.Min(32, data.Rows), Shards = 1 }, data);
        evaluation.Prepare(State.InferenceParameters.Memory);
        return evaluation.Evaluate(0).Mean;
    }

    /// <summary>Messages about what looks like a mistake in the pairing of model and data.</summary>
    private IReadOnlyList<string> Warnings(SequenceDataset data) =>
        data is ArrayDataset { Target.IsLabels: false } arrays && OutputRange.Warn(Model!, arrays.TargetRange.Min, arrays.TargetRange.Max) is { } warning
            ? [warning]
            : [];

    private Model Join(SequenceDataset data)
    {
        if (Model is not null) ModelCheck.MatchesInputs(Model, data);
        var model = Model ?? new Model(_spec.WithOutputs(_loss!.OutputsFor(data.Target)).WithSteps(data.Steps), data.Inputs);
        ModelCheck.Matches(model, data, _loss!);
        return Model ?? model;
    }
}
