using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace RnnActors.EndToEnd.Tests.Processes;

/// <summary>A process under test: its lines as they come, signals, and an end that is waited for but not for ever.</summary>
internal sealed class ProcessRun : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30), PollInterval = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly BlockingCollection<string> _lines = [];
    private readonly StringBuilder _output = new(), _error = new(), _both = new();
    private readonly List<string> _timed = [];
    private readonly string _command;
    private long _lastSaid = Stopwatch.GetTimestamp();

    private ProcessRun(ProcessStartInfo start)
    {
        _command = string.Join(' ', start.ArgumentList.Prepend(start.FileName));
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, e) => Take(e.Data, _output, isOutput: true);
        _process.ErrorDataReceived += (_, e) => Take(e.Data, _error, isOutput: false);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public bool HasExited => _process.HasExited;

    /// <summary>The newest of what it has said, each line with the time of day.</summary>
    public string Tail
    {
        get
        {
            lock (_both) return string.Join('\n', _timed.TakeLast(60));
        }
    }

    /// <param name="environment">Variables beside those of this process; null removes one.</param>
    public static ProcessRun Start(string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var start = new ProcessStartInfo
        {
            FileName = program,
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        start.Environment.Remove("RNNACTORS_VECTOR");
        start.Environment["DOTNET_TieredPGO"] = "0"; // a node starts with a fifth less work
        foreach ((string name, string? value) in environment ?? new Dictionary<string, string?>()) start.Environment[name] = value;
        return new ProcessRun(start);
    }

    /// <summary>The next line of the standard output that is wanted; null where the output ends without one.</summary>
    /// <exception cref="TimeoutException">It does not come.</exception>
    public string? WaitForLine(Predicate<string> isWanted)
    {
        long began = Stopwatch.GetTimestamp();
        while (Patience - Stopwatch.GetElapsedTime(began) is { Ticks: > 0 } left && _lines.TryTake(out string? line, left))
            if (isWanted(line)) return line;
        return _lines.IsCompleted ? null : throw new TimeoutException($"{_command} did not say it within {Patience.TotalSeconds} s.\n{Tail}");
    }

    /// <summary>The last line of the standard output that is wanted, whether or not it was waited for; null where there is none.</summary>
    public string? LastLine(Predicate<string> isWanted)
    {
        lock (_both) return _output.ToString().Split('\n').LastOrDefault(line => isWanted(line));
    }

    /// <summary>The lines of the standard output that nobody has waited for yet.</summary>
    public IReadOnlyList<string> TakeLines()
    {
        List<string> taken = [];
        while (_lines.TryTake(out string? line)) taken.Add(line);
        return taken;
    }

    /// <summary>Waits for the process to end by itself: long, where it goes on saying something.</summary>
    /// <param name="patience">How long it may say nothing; null for <see cref="Patience"/>.</param>
    public ProcessResult WaitForExit(TimeSpan? patience = null)
    {
        TimeSpan bound = patience ?? Patience;
        long began = Stopwatch.GetTimestamp();
        while (!_process.WaitForExit(PollInterval))
        {
            TimeSpan silence = Stopwatch.GetElapsedTime(Interlocked.Read(ref _lastSaid)), waited = Stopwatch.GetElapsedTime(began);
            if (waited < bound || (silence < bound && waited < Longest)) continue;
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{_command} did not end within {waited.TotalSeconds:0} s, and was silent for {silence.TotalSeconds:0} s.\n{Tail}");
        }

        _process.WaitForExit(); // until the pipes are read too
        lock (_both) return new ProcessResult(_command, _process.ExitCode, _output.ToString(), _error.ToString(), _both.ToString());
    }

    /// <summary>Sends a signal: KILL, STOP, CONT, TERM, INT.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>What its threads have used of the processors so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The names of the files that the process has mapped, on Linux: its libraries among them.</summary>
    public string[] LoadedFiles() =>
        [.. File.ReadLines($"/proc/{_process.Id}/maps").Select(line => System.IO.Path.GetFileName(line)).Where(name => name.Length > 0).Distinct()];

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
        _lines.Dispose();
    }

    private void Take(string? line, StringBuilder text, bool isOutput)
    {
        if (line is null)
        {
            if (isOutput) _lines.CompleteAdding();
            return;
        }

        Interlocked.Exchange(ref _lastSaid, Stopwatch.GetTimestamp());
        lock (_both)
        {
            text.Append(line).Append('\n');
            _both.Append(line).Append('\n');
            _timed.Add(string.Create(CultureInfo.InvariantCulture, $"{DateTime.Now:HH:mm:ss.ff} {line}"));
        }

        if (isOutput) _lines.Add(line);
    }
}

/// <summary>How a process ended.</summary>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its error stream.</param>
/// <param name="Both">Both, about in the order in which they came.</param>
internal sealed record ProcessResult(string Command, int ExitCode, string Output, string Error, string Both)
{
    public override string ToString() => $"{Command} ended with {ExitCode}:\n{Both}";
}
