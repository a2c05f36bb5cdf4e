using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote.Transport.DotNetty;
using RnnActors.Training.Hosting;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Client;

/// <summary>The actor system of a client: it speaks to a cluster and is no member of it.</summary>
internal static class ClientSystem
{
    /// <param name="contact">A node of the cluster, which decides the address that the client is reached at.</param>
    /// <param name="credentials">Null for plain text.</param>
    public static ActorSystem Start(HostAndPort contact, TlsCredentials? credentials)
    {
        var configuration = ConfigurationFactory.ParseString($$"""
            akka.actor.provider = remote
            akka.remote.dot-netty.tcp {
              hostname = "{{LocalAddress(contact)}}"
              port = 0
              enable-ssl = {{(credentials is null ? "off" : "on")}}
            }
            """).WithFallback(ClusterConfiguration.Resource("cluster.conf")).WithFallback(ClusterConfiguration.Resource("reference.conf"));
        var setup = BootstrapSetup.Create().WithConfig(configuration);
        if (credentials is null) return ActorSystem.Create(ClusterPaths.System, setup);
        return ActorSystem.Create(ClusterPaths.System, setup.And(new DotNettySslSetup(
            credentials.Certificate, suppressValidation: false, requireMutualAuthentication: true, validateCertificateHostname: false,
            (certificate, _, _, _, _) => credentials.IsTrusted(certificate))));
    }

    /// <summary>This machine's address on the way to the cluster.</summary>
    private static string LocalAddress(HostAndPort contact)
    {
        try
        {
            using var socket = new Socket(SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(contact.Host, contact.Port);
            var address = ((IPEndPoint)socket.LocalEndPoint!).Address;
            return (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
        }
        catch (SocketException)
        {
            return IPAddress.Loopback.ToString();
        }
    }
}
