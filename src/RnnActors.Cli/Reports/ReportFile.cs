using RnnActors.Cli.Display;
using RnnActors.Cli.Html;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Stories;

namespace RnnActors.Cli.Reports;

/// <summary>Writes a story as a page to a file.</summary>
internal static class ReportFile
{
    /// <summary>Tells a story and writes it to a run's folder. Failures are only warnings.</summary>
    public static IReadOnlyList<string> WriteOf(Terminal terminal, RunFolder folder, Func<RunStory> tell, Action<string> warn) =>
        WriteOf(terminal, folder, folder.ReportPath, isKept: true, tell, warn);

    /// <param name="isKept">Whether the folder stores the story, so that the report can be written again.</param>
    public static IReadOnlyList<string> WriteOf(Terminal terminal, RunFolder folder, string path, bool isKept, Func<RunStory> tell, Action<string> warn)
    {
        RunStory story;
        try
        {
            story = tell();
        }
        catch (Exception e)
        {
            warn($"the report was not written: {e.Message.TrimEnd('.')}");
            return [];
        }

        if (isKept && StoryFile.Write(folder.StoryPath, story) is { } problem) warn($"the story was not written: {problem.TrimEnd('.')}");
        return Write(terminal, path, story, warn);
    }

    /// <summary>Writes the page. Failures are only passed to <paramref name="warn"/>, since the run itself is done.</summary>
    /// <returns>The file, or none.</returns>
    public static IReadOnlyList<string> Write(Terminal terminal, string path, RunStory story, Action<string> warn)
    {
        try
        {
            File.WriteAllText(path, StoryPage.Of(story, terminal.Invocation.Program));
            return [path];
        }
        catch (Exception e)
        {
            warn($"the report was not written: {e.Message.TrimEnd('.')}");
            return [];
        }
    }
}
