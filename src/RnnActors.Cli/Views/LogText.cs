using System.Globalization;
using System.Text.Json.Nodes;
using RnnActors.Cli.Display;
using RnnActors.Runs.Stories;
using RnnActors.Training.Protocol;

namespace RnnActors.Cli.Views;

/// <summary>Prints a run's log, a line for each event.</summary>
internal sealed class LogText(Terminal terminal, bool json)
{
    private readonly JsonLineWriter _lines = new(terminal.Output);

    public void Write(RunLogLine line)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(line.At);
        if (json)
        {
            _lines.Write(
                "log", ("at", at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)), ("kind", line.Kind),
                ("detail", JsonNode.Parse(line.Event)));
            return;
        }

        foreach (var happened in EventFormat.Decode(new RunEvent("", line.Kind, line.Event)))
            terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{at.ToLocalTime():yyyy-MM-dd HH:mm:ss}  {EventText.Of(happened).Trim()}"));
        terminal.Output.Flush();
    }
}
