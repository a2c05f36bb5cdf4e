using System.Diagnostics;
using RnnActors.Core.Problems;

namespace RnnActors.Cli.Benchmarks.Host;

/// <summary>Sends requests to a web process at a steady rate, from threads of its own, so that none waits for a busy thread pool.</summary>
internal sealed class HostClient(Uri address) : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = Longest };

    public void Dispose() => _http.Dispose();

    /// <summary>Sends requests for a time, at least one from each client.</summary>
    /// <param name="perSecond">The rate of all clients together. A late request is not made up for.</param>
    /// <exception cref="InvalidInputException">A request was not answered.</exception>
    public HostTurn Measure(int clients, int perSecond, TimeSpan time, CancellationToken cancellation)
    {
        List<double>[] measured = [.. Enumerable.Range(0, clients).Select(_ => new List<double>())];
        Exception?[] failed = new Exception?[clients];
        Thread[] threads = [.. Enumerable.Range(0, clients).Select(client => new Thread(() =>
        {
            try
            {
                Ask(measured[client], client, clients, perSecond, time, cancellation);
            }
            catch (Exception error)
            {
                failed[client] = error;
            }
        }) { IsBackground = true, Name = $"client {client}" })];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        cancellation.ThrowIfCancellationRequested();
        if (failed.FirstOrDefault(error => error is not null) is { } problem)
            throw new InvalidInputException(
                $"a request to this process was not answered: {problem.Message.TrimEnd('.')}", "Try fewer with --rate", cause: problem);
        return HostTurn.Of(measured.SelectMany(own => own));
    }

    private void Ask(List<double> measured, int client, int clients, int perSecond, TimeSpan time, CancellationToken cancellation)
    {
        TimeSpan between = TimeSpan.FromSeconds((double)clients / perSecond);
        long began = Stopwatch.GetTimestamp();
        TimeSpan due = between * client / clients;
        do
        {
            TimeSpan left = due - Stopwatch.GetElapsedTime(began);
            if (left > TimeSpan.Zero) Thread.Sleep(left);
            measured.Add(AskOnce(cancellation));
            due += between;
            TimeSpan now = Stopwatch.GetElapsedTime(began);
            if (now > due) due = now;
        }
        while (due < time && !cancellation.IsCancellationRequested);
    }

    /// <returns>The seconds that the request took.</returns>
    private double AskOnce(CancellationToken cancellation)
    {
        long sent = Stopwatch.GetTimestamp();
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        using HttpResponseMessage response = _http.Send(request, HttpCompletionOption.ResponseContentRead, cancellation);
        double seconds = Stopwatch.GetElapsedTime(sent).TotalSeconds;
        response.EnsureSuccessStatusCode();
        return seconds;
    }
}
