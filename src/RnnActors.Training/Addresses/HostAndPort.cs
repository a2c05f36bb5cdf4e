using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using RnnActors.Core.Problems;

namespace RnnActors.Training.Addresses;

/// <summary>The address of a node.</summary>
public readonly record struct HostAndPort(string Host, int Port)
{
    private const string Remedy = "Write HOST:PORT, such as 10.0.0.5:4053";

    /// <exception cref="InvalidInputException">The text is no host and port.</exception>
    public static HostAndPort Parse(string text)
    {
        string trimmed = text.Trim();
        int colon = trimmed.LastIndexOf(':');
        string host = colon < 0 ? trimmed : trimmed[..colon];
        if (host.Length > 2 && host[0] == '[' && host[^1] == ']') host = host[1..^1];
        if (colon < 0) throw new InvalidInputException($"'{trimmed}' names no port", Remedy);
        if (!int.TryParse(trimmed[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port is < 1 or > 65535)
            throw new InvalidInputException($"the port of '{trimmed}' must be a whole number from 1 to 65535", Remedy);
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown) throw new InvalidInputException($"'{trimmed}' names no host", Remedy);
        return new HostAndPort(Normalised(host), port);
    }

    /// <summary>The one spelling of a host that may be written in two ways: nodes compare addresses as text.</summary>
    internal static string Normalised(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback.ToString()
        : IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6 ? address.ToString()
        : host;

    /// <summary>From an address of Akka, which writes IPv6 in brackets.</summary>
    internal static HostAndPort Of(Address address) => new(Normalised(address.Host ?? ""), address.Port ?? 0);

    /// <summary>As an address of Akka.</summary>
    /// <param name="one">The Akka address of any node of the cluster.</param>
    internal Address Like(Address one) => one.WithHost(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host).WithPort(Port);

    /// <summary>Whether only this machine can reach it.</summary>
    internal static bool IsLoopback(string host) => Normalised(host) is var name && IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address);

    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
