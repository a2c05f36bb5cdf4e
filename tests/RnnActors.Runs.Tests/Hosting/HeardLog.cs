using Microsoft.Extensions.Logging;

namespace RnnActors.Runs.Tests.Hosting;

/// <summary>What a host said in its log, and who waits for it.</summary>
internal sealed class HeardLog : ILoggerProvider, ILogger
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly List<(string Text, TaskCompletionSource<string> Waits)> _wanted = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock) return [.. _lines];
        }
    }

    /// <summary>The first line that has a text in it, perhaps one that was said before.</summary>
    public Task<string> With(string text)
    {
        lock (_lock)
        {
            if (_lines.Find(line => line.Contains(text, StringComparison.Ordinal)) is { } said) return Task.FromResult(said);
            var waits = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            _wanted.Add((text, waits));
            return Wait(text, waits.Task);
        }
    }

    private async Task<string> Wait(string text, Task<string> said)
    {
        try
        {
            return await said.WaitAsync(TimeSpan.FromMinutes(1));
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Nobody said \"{text}\". What was said:\n{string.Join('\n', Lines)}");
        }
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string line = $"{logLevel}: {formatter(state, exception)}{(exception is null ? "" : $" [{exception.GetType().Name}]")}";
        lock (_lock)
        {
            _lines.Add(line);
            foreach (var (text, waits) in _wanted)
                if (line.Contains(text, StringComparison.Ordinal)) waits.TrySetResult(line);
        }
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public ILogger CreateLogger(string categoryName) => this;

    public void Dispose()
    {
    }
}
