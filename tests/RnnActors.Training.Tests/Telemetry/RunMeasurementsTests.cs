using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using RnnActors.Core.Training;
using RnnActors.Training.Events;
using RnnActors.Training.Telemetry;
using Xunit;

namespace RnnActors.Training.Tests.Telemetry;

public sealed class RunMeasurementsTests
{
    /// <summary>Two losses of one name, told in turn, are the loss of neither.</summary>
    [Fact]
    public void What_is_of_one_run_among_others_is_told_with_its_identity()
    {
        string first = $"{Guid.NewGuid():N}", second = $"{Guid.NewGuid():N}";
        ConcurrentDictionary<(string Instrument, string Run), double> last = [];
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Meter.Name == TrainingMeter.Name) own.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.Start();

        RunMeasurements one = new(first), two = new(second), alone = new();
        one.Observe(new WorkersJoined("a:1", 2));
        two.Observe(new WorkersJoined("a:1", 3));
        alone.Observe(new WorkersJoined("a:1", 4));
        one.Observe(Step(0.5));
        two.Observe(Step(0.25));
        alone.Observe(Step(0.125));

        Assert.Equal((0.5, 0.25), (last[("rnnactors.loss", first)], last[("rnnactors.loss", second)]));
        Assert.Equal((2, 3), (last[("rnnactors.workers", first)], last[("rnnactors.workers", second)]));
        one.End();
        Assert.Equal(-2, last[("rnnactors.workers", first)]);

        void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var tag in tags)
                if (tag is { Key: TrainingActivities.RunTag, Value: string run }) last[(instrument.Name, run)] = value;
        }

        static StepDone Step(double loss) => new(TrainingProgress.Start, loss, 1, 1, 1);
    }
}
