using System.Buffers.Binary;
using System.Net.Sockets;
using RnnActors.Training.Events;
using RnnActors.Training.Hosting;
using Xunit;

namespace RnnActors.Training.Tests.Hosting;

public class FloodSpecs
{
    /// <summary>Each peer says that it is about to send 3 MB, sends 2 MB of them, and hangs up. With pooled buffers 60 MB stayed.</summary>
    [Fact]
    public async Task A_flood_of_half_messages_leaves_no_memory_behind()
    {
        const int Peers = 30, Announced = 3_000_000, Sent = 2_000_000;
        await using var cluster = new TestCluster();
        var node = await cluster.StartAsync(NodeRoles.Coordinator);
        await node.Events.NextAsync<CoordinatorChanged>();
        byte[] half = new byte[Sent];
        BinaryPrimitives.WriteInt32LittleEndian(half, Announced);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        List<TcpClient> peers = [];
        for (int i = 0; i < Peers; i++)
        {
            var peer = new TcpClient();
            peers.Add(peer);
            await peer.ConnectAsync("127.0.0.1", node.Node.Address!.Value.Port);
            await peer.GetStream().WriteAsync(half);
        }

        foreach (var peer in peers) peer.Dispose();
        var limit = TimeProvider.System.GetTimestamp();
        long left;
        while ((left = GC.GetTotalMemory(forceFullCollection: true) - before) > 20_000_000
            && TimeProvider.System.GetElapsedTime(limit) < TimeSpan.FromSeconds(30))
            await Task.Delay(100);
        Assert.InRange(left, long.MinValue, 20_000_000);
    }
}
