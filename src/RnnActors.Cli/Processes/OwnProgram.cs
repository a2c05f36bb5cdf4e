using System.Diagnostics;
using System.Globalization;
using RnnActors.Core.Problems;

namespace RnnActors.Cli.Processes;

/// <summary>This very program, started as another process.</summary>
internal static class OwnProgram
{
    /// <summary>What starts it: the program's own file, or the .NET host with its library where it was started so.</summary>
    /// <param name="arguments">Of the command line.</param>
    /// <exception cref="InvalidInputException">The library is not there.</exception>
    public static ProcessStartInfo Start(IEnumerable<string> arguments)
    {
        string name = typeof(OwnProgram).Assembly.GetName().Name!, library = Path.Combine(AppContext.BaseDirectory, name + ".dll");
        string? running = Environment.ProcessPath, runningName = Path.GetFileNameWithoutExtension(running);
        if (runningName == name) return new ProcessStartInfo(running!, arguments);
        if (!File.Exists(library)) throw new InvalidInputException($"{library} is not there, which this program is started from");
        return new ProcessStartInfo(runningName == "dotnet" ? running! : "dotnet", [library, .. arguments]);
    }

    /// <summary>Sends a signal that has no method: STOP, CONT, TERM.</summary>
    public static void Signal(Process process, string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Runs it to its end on this process's terminal. A signal that asks this process to end is passed on.</summary>
    /// <returns>Its exit code.</returns>
    public static async Task<int> RunAsync(ProcessStartInfo start, StopSignals signals)
    {
        using Process process = Process.Start(start)!;
        using var passedOn = signals.Token.Register(() => Signal(process, "TERM"));
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        return signals.ExitCode == 0 ? process.ExitCode : signals.ExitCode;
    }
}
