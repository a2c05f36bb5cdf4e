using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Cli.Reports;
using RnnActors.Core.Problems;
using RnnActors.Data.Files;
using RnnActors.Data.Wording;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Stories;

namespace RnnActors.Cli.Commands;

/// <summary><c>report</c>: writes a run's page again, from its folder; also for an unfinished run.</summary>
internal static class ReportCommand
{
    public static Command Create(Terminal terminal)
    {
        var path = new Argument<string>("run") { Description = "The run's folder." };
        var file = new Option<string?>("--out") { Description = "The file; report.html in the run's folder where none is given.", HelpName = "FILE" };
        var svg = new Option<string?>("--svg") { Description = "A folder for the report's pictures as SVG files.", HelpName = "DIR" };
        var command = new Command("report", "Writes a run's report as one page that opens from a mail.") { path, file, svg };
        command.SetAction(parsed =>
        {
            var folder = new RunFolder(parsed.GetRequiredValue(path));
            RunStory story = StoryFile.Read(folder.StoryPath) ?? throw new InvalidInputException(
                "this folder holds no record of a run to report on", "Give the folder that train wrote to, or measure an older run once: evaluate",
                new SourceLocation(folder.Shown));
            string written = parsed.GetValue(file) ?? folder.ReportPath, problem = "";
            if (ReportFile.Write(terminal, written, story, text => problem = text).Count == 0)
                throw new InvalidInputException(problem, "Give another file with --out", new SourceLocation(written));
            terminal.Output.WriteLine($"report: {ShownPath.Of(written)}");
            if (parsed.GetValue(svg) is { } folderOfPictures)
                terminal.Output.WriteLine($"{Figures.Plural(SvgFiles.Write(folderOfPictures, story), "picture")}: {ShownPath.Of(folderOfPictures)}");
        });
        return command;
    }
}
