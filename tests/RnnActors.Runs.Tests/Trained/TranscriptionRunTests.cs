using System.Text;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Reports;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Trained;
using Xunit;

namespace RnnActors.Runs.Tests.Trained;

/// <summary>A language of three tones: each letter is one, and a word is one behind the other.</summary>
public sealed class TranscriptionRunTests : IDisposable
{
    private const int Rate = 4000;

    private static readonly Dictionary<char, int> Tones = new() { ['a'] = 300, ['b'] = 700, ['c'] = 1500 };

    private readonly TemporaryFolder _folder = new();

    public TranscriptionRunTests()
    {
        var random = new Random(4);
        Directory.CreateDirectory(_folder.File("words"));
        for (int take = 0; take < 60; take++)
        {
            string word = string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => "abc"[random.Next(3)]));
            WriteWav(_folder.File($"words/{word}_x_{take}.wav"), [.. word.SelectMany(letter => Tone(Tones[letter], random))]);
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Words_are_written_down_to_the_same_bits_on_any_number_of_workers_and_after_a_stop()
    {
        var specification = RunSpecification.ForDataFile(_folder.File("words"), [], "transcribe").With(
        [
            "data.split={\"test\":\"take % 4 == 0\"}", "data.features={\"mfcc\":0,\"mels\":12,\"deltas\":0}", "data.augment=null",
            "model=[{\"gru\":16,\"bidirectional\":true},{\"dense\":\"symbols\"}]",
            "training.batch=16", "training.epochs=30", "training.optimizer.adam.learningRate=0.03",
        ]);
        RunReport one = (await TrainAsync("one", specification, 1))!;
        Assert.Equal(one.ParameterHash, (await TrainAsync("five", specification, 5))!.ParameterHash);
        await TrainAsync("part", specification, 2, maxSteps: 20);
        Assert.Equal(one.ParameterHash, (await new TrainingSession(Resumption.Prepare(TrainedRun.Open(_folder.File("part")))).ResumeAsync())!.ParameterHash);
        Assert.InRange(one.Score!.Metrics["cer"], 0, 0.1);
        Assert.Equal("nearest_recording", Assert.Single(one.Score.Baselines).Key);

        var trained = TrainedRun.Open(_folder.File("one"));
        WriteWav(_folder.File("heard.wav"), [.. "cab".SelectMany(letter => Tone(Tones[letter], new Random(9)))]);
        PredictionTable heard = trained.Predict(_folder.File("heard.wav"));
        Assert.Equal(["heard.wav", "cab"], heard.Columns.Take(2).Select(column => column.Cells[0]));
        Assert.Equal(60, trained.Predict(_folder.File("words")).Rows);
    }

    [Fact]
    public async Task Recordings_are_classified()
    {
        Directory.CreateDirectory(_folder.File("tones"));
        var random = new Random(8);
        foreach (char letter in Tones.Keys)
            for (int take = 0; take < 20; take++) WriteWav(_folder.File($"tones/{letter}_x_{take}.wav"), Tone(Tones[letter], random));
        var specification = RunSpecification.ForDataFile(_folder.File("tones")).With(
        [
            "data.split={\"test\":\"take < 5\"}", "data.augment={\"copies\":1}",
            "model=[{\"gru\":8,\"returnSequences\":true},{\"pooling\":\"mean\"},{\"dense\":\"classes\"}]", "training.batch=15",
            "training.shards=5", "training.epochs=8", "training.earlyStopping=null", "training.optimizer.adam.learningRate=0.02",
        ]);
        Assert.Equal("classify", specification.Task.Name);
        RunReport one = (await TrainAsync("tone", specification, 1))!;
        Assert.Equal(one.ParameterHash, (await TrainAsync("tone5", specification, 5))!.ParameterHash);
        Assert.Equal((1.0, "15 test recordings"), (one.Score!.Metrics["accuracy"], one.Score.Rows));
        Assert.Equal(["majority", "nearest_centroid"], one.Score.Baselines.Select(rival => rival.Key));
        var trained = TrainedRun.Open(_folder.File("tone"));
        Assert.Equal("b", trained.Predict(_folder.File("tones/b_x_7.wav")).Columns[1].Cells[0]);
    }

    private static float[] Tone(int frequency, Random random)
    {
        int length = 400 + random.Next(200);
        return [.. Enumerable.Range(0, length)
            .Select(i => (float)((0.4 * Math.Sin(2 * Math.PI * frequency * i / Rate)) + (0.02 * (random.NextDouble() - 0.5))))];
    }

    /// <summary>PCM of 16 bits, one channel.</summary>
    private static void WriteWav(string path, float[] samples)
    {
        using var writer = new BinaryWriter(File.Create(path), Encoding.ASCII);
        writer.Write("RIFF"u8);
        writer.Write(36 + (2 * samples.Length));
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write((short)1);
        writer.Write(Rate);
        writer.Write(2 * Rate);
        writer.Write((short)2);
        writer.Write((short)16);
        writer.Write("data"u8);
        writer.Write(2 * samples.Length);
        foreach (float sample in samples) writer.Write((short)(sample * 32767));
    }

    private async Task<RunReport?> TrainAsync(string folder, RunSpecification specification, int threads, long? maxSteps = null) =>
        await new TrainingSession(new RunOverview(PreparedRun.Create(folder, specification, maxSteps),
            new RunFolder(_folder.File(folder)))
        { Offered = threads }).TrainNewAsync();
}
