using System.Diagnostics;
using System.Globalization;

namespace RnnActors.EndToEnd.Tests.Cluster;

/// <summary>
/// Two switches joined by a cable, in network namespaces of Linux: a process is plugged into one or the other, the cable can be pulled, and lines can be slow
/// and lossy. All of it lies in namespaces, so nothing else on the machine notices.
/// </summary>
internal sealed class Network : IDisposable
{
    private const string Cable = "cable";

    private readonly string _id = $"ra{Environment.ProcessId % 100000}x{Random.Shared.Next(1000)}";
    private readonly Dictionary<string, (string Namespace, string Address)> _places = [];

    /// <exception cref="InvalidOperationException">There are no namespaces here.</exception>
    public Network()
    {
        Ip("netns", "add", Hub);
        In(Hub, "ip", "link", "add", "name", Cable, "type", "veth", "peer", "name", "cable2");
        for (int side = 0; side < 2; side++)
        {
            In(Hub, "ip", "link", "add", "name", $"switch{side}", "type", "bridge");
            In(Hub, "ip", "link", "set", $"switch{side}", "up");
            In(Hub, "ip", "link", "set", side == 0 ? Cable : "cable2", "master", $"switch{side}", "up");
        }
    }

    private string Hub => _id + "h";

    /// <summary>Why there can be no such network here; null where there can.</summary>
    public static string? Hindrance()
    {
        if (!OperatingSystem.IsLinux()) return "Network namespaces are Linux's.";
        if (Environment.UserName != "root") return "Network namespaces need root.";
        string name = $"ra-probe-{Environment.ProcessId}";
        try
        {
            Run("ip", "netns", "add", name);
            Run("ip", "netns", "exec", name, "ip", "link", "add", "name", "probe0", "type", "veth", "peer", "name", "probe1");
            Run("ip", "netns", "exec", name, "ip", "link", "add", "name", "probe2", "type", "bridge");
            return null;
        }
        catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return $"There are no network namespaces here: {error.Message}";
        }
        finally
        {
            TryRun("ip", "netns", "del", name);
        }
    }

    /// <summary>Plugs a process that is about to start into a switch.</summary>
    public void Plug(string process, int side)
    {
        int number = _places.Count + 1;
        string place = $"{_id}n{number}", line = $"line{number}",
            address = string.Create(CultureInfo.InvariantCulture, $"10.77.{number / 250}.{1 + (number % 250)}");
        Ip("netns", "add", place);
        In(place, "ip", "link", "set", "lo", "up");
        In(Hub, "ip", "link", "add", "name", line, "type", "veth", "peer", "name", "eth0", "netns", place);
        In(Hub, "ip", "link", "set", line, "master", $"switch{side}", "up");
        In(place, "ip", "addr", "add", address + "/16", "dev", "eth0");
        In(place, "ip", "link", "set", "eth0", "up");
        _places.Add(process, (place, address));
    }

    public string AddressOf(string process) => _places[process].Address;

    /// <summary>What begins the command line of a process so that it runs in its place.</summary>
    public string[] Enter(string process) => _places.TryGetValue(process, out var at) ? ["ip", "netns", "exec", at.Namespace] : [];

    public void Cut() => In(Hub, "ip", "link", "set", Cable, "down");

    public void Heal() => In(Hub, "ip", "link", "set", Cable, "up");

    /// <summary>Makes what a process sends slow and lossy.</summary>
    /// <exception cref="InvalidOperationException">This kernel has no <c>netem</c>.</exception>
    public void Impair(string process, params string[] netem) =>
        In(_places[process].Namespace, ["tc", "qdisc", "add", "dev", "eth0", "root", "netem", .. netem]);

    /// <summary>Lets through so much a second of what a process sends.</summary>
    public void Slow(string process, int megabits) => In(
        _places[process].Namespace, "tc", "qdisc", "add", "dev", "eth0", "root", "tbf", "rate", $"{megabits}mbit", "burst", "64kb", "latency", "400ms");

    /// <summary>Loses a part of what reaches a process.</summary>
    public void Lose(string process, double part) => In(
        _places[process].Namespace, "iptables", "-A", "INPUT", "-m", "statistic", "--mode", "random", "--probability",
        part.ToString(CultureInfo.InvariantCulture), "-j", "DROP");

    public void Dispose()
    {
        foreach (var (place, _) in _places.Values) TryRun("ip", "netns", "del", place);
        TryRun("ip", "netns", "del", Hub);
    }

    private static void Ip(params string[] arguments) => Run("ip", arguments);

    private static void In(string place, params string[] command) => Run("ip", ["netns", "exec", place, .. command]);

    private static void TryRun(string program, params string[] arguments)
    {
        try
        {
            Run(program, arguments);
        }
        catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {error.Trim()}");
    }
}
