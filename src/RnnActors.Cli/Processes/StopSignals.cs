using System.Diagnostics;
using System.Runtime.InteropServices;

namespace RnnActors.Cli.Processes;

/// <summary>The first Ctrl-C or SIGTERM requests an orderly end, between two steps; the second ends the process at once.</summary>
internal sealed class StopSignals : IDisposable
{
    /// <summary>A repetition within this time counts as the same signal, since some send it to both the process and its group.</summary>
    private static readonly TimeSpan SameWish = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly Action _beforeExit;
    private int _exitCode;
    private long _first;

    /// <param name="beforeExit">Called before the process ends at once.</param>
    public StopSignals(Action beforeExit)
    {
        _beforeExit = beforeExit;
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];
    }

    /// <summary>128 plus the signal's number, by the shells' convention.</summary>
    internal static int ExitCodeOf(PosixSignal signal) => signal == PosixSignal.SIGINT ? Processes.ExitCode.Interrupted : Processes.ExitCode.Terminated;

    public CancellationToken Token => _stop.Token;

    /// <summary>The exit code of the received signal; 0 for none.</summary>
    public int ExitCode => _exitCode;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _stop.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        int code = ExitCodeOf(context.Signal);
        context.Cancel = true;
        if (Interlocked.CompareExchange(ref _exitCode, code, 0) == 0)
        {
            _first = Stopwatch.GetTimestamp();
            _stop.Cancel();
        }
        else if (Stopwatch.GetElapsedTime(_first) > SameWish)
        {
            _beforeExit();
            Environment.Exit(code);
        }
    }
}
