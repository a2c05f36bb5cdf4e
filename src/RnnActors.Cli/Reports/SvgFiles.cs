using RnnActors.Cli.Html;
using RnnActors.Cli.Plots;
using RnnActors.Core.Problems;
using RnnActors.Data.Tasks;
using RnnActors.Runs.Pictures;
using RnnActors.Runs.Stories;

namespace RnnActors.Cli.Reports;

/// <summary>Writes the pictures of a story as SVG files: charts and heat maps, but no tables and texts.</summary>
internal static class SvgFiles
{
    /// <returns>The number of files.</returns>
    /// <exception cref="InvalidInputException">The folder cannot be written.</exception>
    public static int Write(string folder, RunStory story)
    {
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        try
        {
            Directory.CreateDirectory(folder);
            foreach (Picture picture in story.Pictures.Concat(CurvePictures.Of(story)))
            {
                if (SaveOf(picture) is not { } save) continue;
                string key = string.Concat(picture.Key.Select(c => char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '-')), name = key;
                for (int number = 2; !names.Add(name); number++) name = $"{key}-{number}";
                save(Path.Combine(folder, $"{name}.svg"));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"the pictures cannot be written: {e.Message.TrimEnd('.')}", "Give another folder with --svg",
                new SourceLocation(folder), e);
        }

        return names.Count;
    }

    /// <returns>A function that writes it; null if there is nothing to draw.</returns>
    private static Action<string>? SaveOf(Picture picture) => picture switch
    {
        { Chart: { } chart } => ChartSvg.Of(picture.Title, chart) is { } svg ? path => File.WriteAllText(path, svg) : null,
        { Heat: null or { Values.Count: 0 } } => null,
        { Heat.IsDense: true } => path => SpectrogramPlot.Save(path, [picture]),
        { Heat: { } heat } => path => HeatmapPlot.Save(path, Heatmap(picture, heat)),
    };

    private static Heatmap Heatmap(Picture picture, HeatMap heat)
    {
        double[,] values = new double[heat.Rows.Count, heat.Columns.Count];
        for (int row = 0; row < heat.Rows.Count; row++)
            for (int column = 0; column < heat.Columns.Count; column++)
                values[row, column] = double.IsFinite(heat.Values[row][column]) ? heat.Values[row][column] : 0;
        return new Heatmap(picture.Key, picture.Title, heat.RowTitle, heat.ColumnTitle, heat.Rows, heat.Columns, values, heat.AreCounts);
    }
}
