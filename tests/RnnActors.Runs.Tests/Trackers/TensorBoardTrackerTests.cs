using System.Text;
using RnnActors.Core.Checkpoints;
using RnnActors.Data.Specifications;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Reports;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Stories;
using RnnActors.Runs.Trackers;
using RnnActors.Runs.Trackers.TensorBoard;
using RnnActors.Runs.Trained;
using Xunit;

namespace RnnActors.Runs.Tests.Trackers;

public sealed class TensorBoardTrackerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_reader_knows_the_check_sum_of_the_standard() => Assert.Equal(0xE3069283, EventReader.Crc32C(Encoding.ASCII.GetBytes("123456789")));

    [Fact]
    public async Task A_run_is_read_back_as_its_story_tells_it()
    {
        RunReport report = (await TrainAsync("run"))!;
        IReadOnlyList<IReadOnlyList<WireField>> events = EventReader.Read(Assert.Single(Files("run")));
        Assert.Equal("brain.Event:2", Assert.Single(events[0], field => field.Number == 3).Text);
        Assert.All(events, happened => Assert.InRange(happened.Single(field => field.Number == 1).Double, 1.5e9, 1e10));
        Assert.Equal(1ul, events[1].Single(field => field.Number == 7).Fields.Single().Value); // a session starts

        foreach ((string key, string tag) in new[]
        {
            (CurveKeys.Loss, "loss/step"), (CurveKeys.EpochLoss, "loss/epoch"), (CurveKeys.Validation, "loss/validation"),
            (CurveKeys.LearningRate, "optimizer/learning_rate"),
            (CurveKeys.GradientNorm, "optimizer/gradient_norm"),
        })
        {
            StoryCurve curve = report.Story!.Curve(key)!;
            Assert.Equal(curve.At.Zip(curve.Values, (at, value) => ((long)at, (float)value)), Scalars(events, tag));
        }

        Assert.Equal((float)report.Score!.Metrics["rmse"], Assert.Single(Scalars(events, "test/rmse")).Value);
        WireField specification = Assert.Single(Values(events, "specification")).Value;
        Assert.Equal("text", specification.Fields.Single(field => field.Number == 9).Fields.Single().Fields.Single().Text);
        IReadOnlyList<WireField> tensor = specification.Fields.Single(field => field.Number == 8).Fields;
        Assert.Equal(7ul, tensor.Single(field => field.Number == 1).Value);
        Assert.Contains(report.Story!.Specification, tensor.Single(field => field.Number == 8).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Histograms_hold_each_parameter_of_the_last_checkpoint()
    {
        RunReport report = (await TrainAsync("run"))!;
        var events = EventReader.Read(Assert.Single(Files("run")));
        Checkpoint checkpoint = CheckpointFile.Read(report.Checkpoint!);
        foreach (var slot in report.Model.Layout.Slots)
        {
            (long step, WireField value) = Values(events, $"parameters/{slot.Name}")[^1];
            Assert.Equal(checkpoint.Step, step);
            IReadOnlyList<WireField> histogram = value.Fields.Single(field => field.Number == 5).Fields;
            float[] values = checkpoint.File[slot.Name].Values<float>().ToArray();
            double Of(int number) => histogram.Where(field => field.Number == number).Select(field => field.Double).SingleOrDefault();
            double[] Packed(int number) => [.. histogram.Single(field => field.Number == number).Bytes.Chunk(8).Select(bytes => BitConverter.ToDouble(bytes))];
            Assert.Equal((values.Min(), values.Max(), values.Length), ((float)Of(1), (float)Of(2), (int)Of(3)));
            Assert.Equal(values.Sum(v => (double)v), Of(4), 1e-9);
            Assert.Equal(values.Sum(v => (double)v * v), Of(5), 1e-9);
            double[] limits = Packed(6), counts = Packed(7);
            Assert.Equal(limits.Length, counts.Length);
            Assert.Equal(values.Length, counts.Sum());
            Assert.Equal(limits.Order(), limits);
            Assert.Equal(0, values.Min() == values.Max() ? 0 : counts[0]);
            int middle = limits.Length / 2;
            if (values.Min() < values.Max()) Assert.Equal(values.Count(v => v < limits[middle]), counts.Take(middle + 1).Sum(), 1.0);
        }
    }

    [Fact]
    public async Task A_run_that_goes_on_writes_a_second_file_from_the_right_step_on()
    {
        await TrainAsync("run", maxSteps: 7);
        string first = Assert.Single(Files("run"));
        byte[] before = File.ReadAllBytes(first);
        TrainedRun stopped = TrainedRun.Open(_folder.File("run"));
        long from = stopped.State.Progress.Step;
        var tracker = new TensorBoardTracker(_folder.File("board"), "run");
        RunReport report = (await new TrainingSession(Resumption.Prepare(stopped)) { Trackers = [tracker] }.ResumeAsync())!;

        Assert.Equal(before, File.ReadAllBytes(first));
        string second = Assert.Single(Files("run"), file => file != first);
        var events = EventReader.Read(second);
        Assert.Equal(from + 1, (long)events[1].Single(field => field.Number == 2).Value);
        Assert.Equal(1ul, events[1].Single(field => field.Number == 7).Fields.Single().Value);
        StoryCurve curve = report.Story!.Curve(CurveKeys.Loss)!;
        Assert.Equal(curve.At.Select(at => (long)at),
            [.. Scalars(EventReader.Read(first), "loss/step").Concat(Scalars(events, "loss/step")).Select(point => point.Step)]);
    }

    [Fact]
    public async Task Pictures_are_there_as_they_are_and_any_changed_byte_is_seen()
    {
        byte[] png = [0x89, .. "PNG\r\n\x1a\n"u8, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 4, 176, 0, 0, 2, 188, 8, 6, 0, 0, 0];
        File.WriteAllBytes(_folder.File("loss.png"), png);
        var tracker = new TensorBoardTracker(_folder.File("board"), "run");
        RunOverview run = Overview("run");
        tracker.Begins(run, new RunStory("run", "forecast"));
        await tracker.EndsAsync(new(TrackedStatus.Finished, null, [_folder.File("loss.png"), _folder.File("report.html")]));
        string file = Assert.Single(Files("run"));
        IReadOnlyList<WireField> image = Assert.Single(Values(EventReader.Read(file), "loss")).Value.Fields.Single(field => field.Number == 4).Fields;
        Assert.Equal((700, 1200), ((int)image.Single(field => field.Number == 1).Value, (int)image.Single(field => field.Number == 2).Value));
        Assert.Equal(png, image.Single(field => field.Number == 4).Bytes);
        Assert.Empty(tracker.TakeNews());

        byte[] bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
        Assert.ThrowsAny<Exception>(() => EventReader.Read(file));
    }

    private async Task<RunReport?> TrainAsync(string name, long? maxSteps = null) => await new TrainingSession(Overview(name, maxSteps))
    {
        Trackers = [new TensorBoardTracker(_folder.File("board"), name)],
    }.TrainNewAsync();

    private RunOverview Overview(string name, long? maxSteps = null) =>
        new(PreparedRun.Create(name, RunSpecification.ForDataFile(null).With(TrackedRuns.Tiny), maxSteps), new RunFolder(_folder.File(name))) { Offered = 2 };

    private string[] Files(string run) => [.. Directory.EnumerateFiles(Path.Combine(_folder.File("board"), run), "events.out.tfevents.*").Order()];

    private static IReadOnlyList<(long Step, WireField Value)> Values(IEnumerable<IReadOnlyList<WireField>> events, string tag) =>
    [
        .. from happened in events
           from summary in happened.Where(field => field.Number == 5)
           from value in summary.Fields
           where value.Fields.Single(field => field.Number == 1).Text == tag
           select ((long)happened.Where(field => field.Number == 2).Select(field => field.Value).SingleOrDefault(), value),
    ];

    private static IEnumerable<(long Step, float Value)> Scalars(IEnumerable<IReadOnlyList<WireField>> events, string tag) =>
        Values(events, tag).Select(value => (value.Step, value.Value.Fields.Single(field => field.Number == 2).Single));
}
