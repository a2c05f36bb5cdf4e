using System.Diagnostics;
using System.Globalization;
using RnnActors.Core.Problems;

namespace RnnActors.Cli.Processes;

/// <summary>Starts this program as another process.</summary>
internal static class OwnProgram
{
    /// <summary>How to start it: the program's executable, or the .NET host with its library if it was started that way.</summary>
    /// <param name="arguments">The command-line arguments.</param>
    /// <exception cref="InvalidInputException">The library is missing.</exception>
    public static ProcessStartInfo Start(IEnumerable<string> arguments)
    {
        string name = typeof(OwnProgram).Assembly.GetName().Name!, library = Path.Combine(AppContext.BaseDirectory, name + ".dll");
        string? running = Environment.ProcessPath, runningName = Path.GetFileNameWithoutExtension(running);
        if (runningName == name) return new ProcessStartInfo(running!, arguments);
        if (!File.Exists(library)) throw new InvalidInputException($"{library} is not there, which this program is started from");
        return new ProcessStartInfo(runningName == "dotnet" ? running! : "dotnet", [library, .. arguments]);
    }

    /// <summary>Sends a signal for which .NET has no method: STOP, CONT, TERM.</summary>
    public static void Signal(Process process, string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Runs the program to its end. Signals to end this process are forwarded to it.</summary>
    /// <param name="output">Where its lines go; null if it has this process's terminal.</param>
    /// <param name="error">The same for its errors.</param>
    /// <returns>Its exit code.</returns>
    public static async Task<int> RunAsync(ProcessStartInfo start, StopSignals signals, TextWriter? output = null, TextWriter? error = null)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (output is not null, error is not null);
        using Process process = Process.Start(start)!;
        using var passedOn = signals.Token.Register(() => Signal(process, "TERM"));
        await Task.WhenAll(
            output is null ? Task.CompletedTask : CopyAsync(process.StandardOutput, output),
            error is null ? Task.CompletedTask : CopyAsync(process.StandardError, error),
            process.WaitForExitAsync(CancellationToken.None)).ConfigureAwait(false);
        return signals.ExitCode == 0 ? process.ExitCode : signals.ExitCode;
    }

    private static async Task CopyAsync(StreamReader from, TextWriter to)
    {
        while (await from.ReadLineAsync().ConfigureAwait(false) is { } line) await to.WriteLineAsync(line).ConfigureAwait(false);
    }
}
