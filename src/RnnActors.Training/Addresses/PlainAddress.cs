using System.Net;

namespace RnnActors.Training.Addresses;

/// <summary>Sockets of both families call an IPv4 address by its IPv6 name.</summary>
internal static class PlainAddress
{
    public static IPAddress Of(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
