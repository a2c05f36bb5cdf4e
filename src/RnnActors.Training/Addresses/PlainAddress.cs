using System.Net;

namespace RnnActors.Training.Addresses;

/// <summary>The IPv4 form of an address where it has one: dual-stack sockets report IPv4 peers as IPv6.</summary>
internal static class PlainAddress
{
    public static IPAddress Of(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
