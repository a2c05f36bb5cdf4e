using RnnActors.Cli.Html;
using RnnActors.Core.Problems;
using RnnActors.Runs.Pictures;
using RnnActors.Runs.Stories;

namespace RnnActors.Cli.Reports;

/// <summary>The charts of a story as SVG files.</summary>
internal static class SvgFiles
{
    /// <returns>How many there are.</returns>
    /// <exception cref="InvalidInputException">The folder cannot be written.</exception>
    public static int Write(string folder, RunStory story)
    {
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        try
        {
            Directory.CreateDirectory(folder);
            foreach (Picture picture in story.Pictures.Concat(CurvePictures.Of(story)))
            {
                if (picture.Chart is not { } chart || ChartSvg.Of(picture.Title, chart) is not { } svg) continue;
                string key = string.Concat(picture.Key.Select(c => char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '-')), name = key;
                for (int number = 2; !names.Add(name); number++) name = $"{key}-{number}";
                File.WriteAllText(Path.Combine(folder, $"{name}.svg"), svg);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"the charts cannot be written: {e.Message.TrimEnd('.')}", "Give another folder with --svg",
                new SourceLocation(folder), e);
        }

        return names.Count;
    }
}
