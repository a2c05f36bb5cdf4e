using CsCheck;
using RnnActors.Core.Problems;
using RnnActors.Data.Sound;
using RnnActors.Data.Splits;
using RnnActors.Data.Tasks.Transcription;
using RnnActors.Data.Tests.Sound;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Transcription;

public sealed class TranscriptionTaskTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rnnactors-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Each_part_joins_its_own_recordings_by_the_seed()
    {
        for (int i = 0; i < 12; i++) Write($"{"abcd"[i % 4]}_x_{i}.wav", 800);
        TranscriptionDataSpec spec = Spec with
        {
            Join = new JoinSpec { Min = 2, Max = 3, Strings = 2 },
            Split = new(null, SplitPart.None, new SplitPart(0, "take < 4")),
        };
        TranscriptionTask task = TranscriptionTask.Load(spec, _folder.FullName);
        Assert.Equal((16, 8), (task.Train.Rows, task.Test!.Rows));
        Assert.Equal(task.DataHash, TranscriptionTask.Load(spec, _folder.FullName).DataHash);
        Assert.NotEqual(task.DataHash, TranscriptionTask.Load(spec with { Join = spec.Join! with { Seed = 2 } }, _folder.FullName).DataHash);
        for (int row = 0; row < task.Train.Rows; row++) Assert.InRange(task.Train.LengthOf(row), 2 * 8, 4 * 3 * 25);
    }

    [Fact]
    public void Changed_copies_are_a_function_of_their_seed_and_leave_other_parts_alone()
    {
        for (int i = 0; i < 6; i++) Write($"{"ab"[i % 2]}_x_{i}.wav", 2000);
        TranscriptionDataSpec spec = Spec with { Split = new(null, SplitPart.None, new SplitPart(0, "take < 2")), Augment = new AugmentSpec { Copies = 2 } };
        TranscriptionTask task = TranscriptionTask.Load(spec, _folder.FullName);
        Assert.Equal((12, 2), (task.Train.Rows, task.Test!.Rows));
        Assert.StartsWith("sounds: 12 recordings, 8 of them changed copies, to train on, 2 to test; ", task.Describe("sounds"), StringComparison.Ordinal);
        Assert.Equal(task.DataHash, TranscriptionTask.Load(spec, _folder.FullName).DataHash);
        Assert.NotEqual(task.DataHash, TranscriptionTask.Load(spec with { Augment = spec.Augment! with { Seed = 2 } }, _folder.FullName).DataHash);
    }

    [Fact]
    public void A_transcript_that_its_recording_is_too_short_for_is_refused_with_its_name()
    {
        Write("ab_x_0.wav", 800);
        Write("aaaaaaaaaa_x_1.wav", 800);
        string message = Assert.Throws<InvalidInputException>(() => TranscriptionTask.Load(Spec, _folder.FullName)).Message;
        Assert.Contains("aaaaaaaaaa_x_1.wav: its transcript \"aaaaaaaaaa\" needs 19 frames, but the recording has", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recording_that_is_not_there_is_named_with_the_line_of_its_table()
    {
        for (int i = 0; i < 3; i++) Write($"a_x_{i}.wav", 800);
        File.WriteAllText(Path.Combine(_folder.FullName, "all.csv"), "file,label\na_x_0.wav,a\na_x_11.wav,a\na_x_2.wav,a\n");
        string message = Assert.Throws<InvalidInputException>(() =>
            TranscriptionTask.Load(Spec with { Path = "all.csv" }, _folder.FullName)).Message;
        Assert.EndsWith("all.csv:3: there is no recording \"a_x_11.wav\". Did you mean \"a_x_1.wav\"?", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_transcript_is_shown_by_its_beginning()
    {
        Write($"{new string('a', 90)}_x_1.wav", 800);
        string message = Assert.Throws<InvalidInputException>(() => TranscriptionTask.Load(Spec, _folder.FullName)).Message;
        Assert.Contains($"its transcript \"{new string('a', 60)}…\" needs 179 frames", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_character_that_no_training_transcript_has_is_refused_with_its_file()
    {
        Write("ab_x_5.wav", 2000);
        Write("ba_x_6.wav", 2000);
        Write("az_x_1.wav", 2000);
        string message = Assert.Throws<InvalidInputException>(() => TranscriptionTask.Load(Spec with
        {
            Split = new(null, SplitPart.None, new SplitPart(0, "take < 2")),
        }, _folder.FullName)).Message;
        Assert.Contains("az_x_1.wav: its transcript \"az\" has \"z\", which no training transcript has", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_recording_is_refused_with_its_name()
    {
        Write("ab_x_5.wav", 2000);
        File.WriteAllText(Path.Combine(_folder.FullName, "ba_x_6.wav"), "RIFF");
        Assert.Contains("ba_x_6.wav: this is not a complete WAV file",
            Assert.Throws<InvalidInputException>(() => TranscriptionTask.Load(Spec, _folder.FullName)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Silent_recordings_are_said()
    {
        Write("ab_x_5.wav", 2000);
        File.WriteAllBytes(Path.Combine(_folder.FullName, "ba_x_6.wav"), WavBytes.Of(1, 16, 1, 8000, new float[2000]));
        Assert.Contains("1 recording is silent, such as ", Assert.Single(TranscriptionTask.Load(Spec, _folder.FullName).Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void An_n_gram_model_s_probabilities_add_up_to_one() =>
        Gen.Select(Gen.Int[1, 4].Array[1, 8].Array[1, 6], Gen.Int[1, 4].Array[0, 5]).Sample((lines, before) =>
        {
            var model = new NGramModel(lines, 5, 0, 1);
            Assert.Equal(1, Enumerable.Range(0, 5).Sum(symbol => model.Probability(before, symbol)), 1e-12);
        }, iter: 200);

    private static TranscriptionDataSpec Spec => new() { Path = ".", Split = new(null, SplitPart.None, SplitPart.None) };

    private void Write(string name, int samples)
    {
        var random = new Random(samples + name.Length);
        File.WriteAllBytes(Path.Combine(_folder.FullName, name),
            WavBytes.Of(1, 16, 1, 8000, [.. Enumerable.Range(0, samples).Select(_ => (float)(random.NextDouble() - 0.5))]));
    }
}
