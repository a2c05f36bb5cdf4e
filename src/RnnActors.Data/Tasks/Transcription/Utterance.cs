using RnnActors.Core.Kernels.RandomNumbers;
using RnnActors.Core.Problems;
using RnnActors.Data.Examples;
using RnnActors.Data.Sound;

namespace RnnActors.Data.Tasks.Transcription;

/// <summary>A recording, or several joined ones, with the transcript.</summary>
/// <param name="Name">For display: the file, or the files.</param>
internal sealed record Utterance(string Name, string Text, Recording Recording, SourceLocation Where)
{
    private const int MaxNames = 3, MaxShown = 60;

    /// <summary>The text, or its beginning, for messages.</summary>
    public string Shown => Text.Length <= MaxShown ? Text : Text[..MaxShown] + "…";

    /// <summary>Makes utterances from recordings, single or joined.</summary>
    /// <param name="label">The field of the transcript.</param>
    /// <param name="part">The number of the part, so that parts with equal recordings are joined differently.</param>
    public static IReadOnlyList<Utterance> Of(IReadOnlyList<Example> examples, IReadOnlyList<Recording> recordings, string label, JoinSpec? join, int part)
    {
        Utterance[] single = [.. examples.Zip(recordings,
            (example, recording) => new Utterance(example[RecordingFiles.FileField], example[label].Trim(), recording, example.Where))];
        if (join is null || single.Length == 0) return single;
        int[][] groups = join.By is { } by
            ? [.. Enumerable.Range(0, single.Length).GroupBy(i => examples[i][by], StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => group.ToArray())]
            : [[.. Enumerable.Range(0, single.Length)]];
        int count = Math.Max(1, (int)Math.Round(join.Strings * single.Length));
        return [.. Enumerable.Range(0, count).Select(row => Join(single, groups, join, part, row))];
    }

    private static Utterance Join(Utterance[] single, int[][] groups, JoinSpec join, int part, int row)
    {
        var random = new RandomSequence(PhiloxKey.Of(join.Seed, RandomPurpose.Augmentation, row, -1 - part));
        int[] group = groups[random.NextBelow(groups.Length)];
        int count = join.Min + random.NextBelow(join.Max - join.Min + 1), rate = single[group[0]].Recording.Rate;
        List<Utterance> chosen = [];
        List<float> samples = [];
        for (int i = 0; i < count; i++)
        {
            chosen.Add(single[group[random.NextBelow(group.Length)]]);
            double silence = join.MinSilence + ((join.MaxSilence - join.MinSilence) * random.NextDouble());
            samples.AddRange(new float[(int)(silence * rate / 1000)]);
            samples.AddRange(chosen[^1].Recording.Samples);
        }

        string names = string.Join(" + ", chosen.Take(MaxNames).Select(one => one.Name)) + (count > MaxNames ? " + …" : "");
        return new Utterance(names, string.Concat(chosen.Select(one => one.Text)), new Recording([.. samples], rate), chosen[0].Where);
    }
}
