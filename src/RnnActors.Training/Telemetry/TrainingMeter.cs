using System.Diagnostics.Metrics;

namespace RnnActors.Training.Telemetry;

/// <summary>
/// The metrics of training, by the conventions of OpenTelemetry: names with dots, units of UCUM. A Prometheus exporter shows <c>rnnactors.step.duration</c> in
/// <c>s</c> as <c>rnnactors_step_duration_seconds</c>. If nobody listens, a measurement costs the check of a flag; it never allocates.
/// </summary>
public static class TrainingMeter
{
    /// <summary>The meter's name, for <c>AddMeter</c>.</summary>
    public const string Name = "RnnActors";

    private static readonly Meter Meter = new(Name, typeof(TrainingMeter).Assembly.GetName().Version!.ToString(3));

    /// <summary>Histogram buckets from a hundred microseconds to minutes.</summary>
    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
    };

    // Metrics of the coordinator.
    internal static readonly Histogram<double> StepDuration =
        Duration("rnnactors.step.duration", "From the end of a step to the end of the next one, by the coordinator's clock.");
    internal static readonly Counter<long> Steps = Meter.CreateCounter<long>("rnnactors.steps", "{step}", "Updates of the parameters.");
    internal static readonly Counter<long> Tokens =
        Meter.CreateCounter<long>("rnnactors.tokens", "{token}", "Positions of the training rows that were trained on.");
    internal static readonly Counter<long> Epochs = Meter.CreateCounter<long>("rnnactors.epochs", "{epoch}", "Passes over the training rows that were closed.");
    internal static readonly Gauge<double> Loss = Value("rnnactors.loss", "The mean loss of the last batch, before its update.");
    internal static readonly Gauge<double> ValidationLoss = Value("rnnactors.validation.loss", "The loss of the validation rows at the end of the last epoch.");
    internal static readonly Gauge<double> GradientNorm = Value("rnnactors.gradient.norm", "The L2 norm of the last gradient, before clipping.");
    internal static readonly Gauge<double> LearningRate = Value("rnnactors.learning.rate", "The learning rate of the last update.");
    internal static readonly UpDownCounter<long> Nodes = Meter.CreateUpDownCounter<long>("rnnactors.nodes", "{node}", "Nodes that take part in the run.");
    internal static readonly UpDownCounter<long> Workers =
        Meter.CreateUpDownCounter<long>("rnnactors.workers", "{worker}", "Workers of the nodes that take part.");
    internal static readonly Counter<long> NodesLost =
        Meter.CreateCounter<long>("rnnactors.nodes.lost", "{node}", "Nodes that were lost while they took part.");
    internal static readonly Counter<long> WorkerRestarts =
        Meter.CreateCounter<long>("rnnactors.worker.restarts", "{restart}", "Workers that failed and were started anew.");
    internal static readonly Counter<long> ShardsMoved = Meter.CreateCounter<long>(
        "rnnactors.shards.moved", "{shard}", "Shards of slow or silent nodes that were given to others too.");
    internal static readonly UpDownCounter<long> Paused =
        Meter.CreateUpDownCounter<long>("rnnactors.runs.paused", "{run}", "Runs that train and have no worker.");
    internal static readonly Gauge<long> RunsWaiting =
        Meter.CreateGauge<long>("rnnactors.runs.waiting", "{run}", "Runs that wait for their data or for their turn.");
    internal static readonly Counter<long> RunsInterrupted =
        Meter.CreateCounter<long>("rnnactors.runs.interrupted", "{run}", "Runs that were interrupted for one of a higher priority.");
    internal static readonly UpDownCounter<long> CheckpointQueue = Meter.CreateUpDownCounter<long>(
        "rnnactors.checkpoint.queue", "{checkpoint}", "Checkpoints that wait for the disk, with the one that is being written.");
    internal static readonly Histogram<double> CheckpointDuration = Duration("rnnactors.checkpoint.duration", "The writing of a checkpoint that went well.");
    internal static readonly Counter<long> CheckpointFailures =
        Meter.CreateCounter<long>("rnnactors.checkpoint.failures", "{checkpoint}", "Checkpoints that were not written.");

    // Metrics of nodes that compute.
    internal static readonly Counter<long> Shards =
        Meter.CreateCounter<long>("rnnactors.shards", "{shard}", "Shards of training steps that this process computed.");
    internal static readonly Histogram<double> ShardsDuration = Duration("rnnactors.shards.duration", "A worker's time for the shards of one order.");

    // Metrics of channels between nodes.
    internal static readonly Counter<long> BytesSent =
        Meter.CreateCounter<long>("rnnactors.transfer.sent", "By", "Bytes of parameters, gradients and files sent to other processes.");
    internal static readonly Counter<long> BytesReceived =
        Meter.CreateCounter<long>("rnnactors.transfer.received", "By", "Bytes of parameters, gradients and files received.");

    private static Gauge<double> Value(string name, string description) => Meter.CreateGauge<double>(name, null, description);

    private static Histogram<double> Duration(string name, string description) => Meter.CreateHistogram(name, "s", description, null, Durations);
}
