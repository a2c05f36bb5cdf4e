using System.Buffers.Binary;
using System.Net.Sockets;
using DotNetty.Buffers;
using RnnActors.Training.Events;
using RnnActors.Training.Hosting;
using Xunit;

namespace RnnActors.Training.Tests.Hosting;

[Collection(ProcessMemoryCollection.Name)]
public sealed class FloodSpecs
{
    /// <summary>Whoever runs beside nothing else runs last. What is alive then, and busy, makes the tests of a busy machine fail.</summary>
    [Fact]
    public void No_test_has_left_a_node_behind() => Assert.Empty(TestCluster.Running);

    /// <summary>Each peer says that it is about to send 3 MB, sends 2 MB of them, and hangs up. Pools of buffers would keep chunks of 16 MB.</summary>
    [Fact]
    public async Task Floods_of_half_messages_leave_no_memory_behind()
    {
        const int Floods = 8, Peers = 30, Announced = 3_000_000, Sent = 2_000_000, Kept = 20_000_000;
        await using var cluster = new TestCluster();
        var node = await cluster.StartAsync(NodeRoles.Coordinator);
        await node.Events.NextAsync<CoordinatorChanged>();
        Assert.IsType<UnpooledByteBufferAllocator>(ByteBufferUtil.DefaultAllocator); // which the first actor system of a process with remoting chooses
        byte[] half = new byte[Sent];
        BinaryPrimitives.WriteInt32LittleEndian(half, Announced);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int flood = 0; flood < Floods; flood++)
        {
            List<TcpClient> peers = [];
            for (int i = 0; i < Peers; i++)
            {
                var peer = new TcpClient();
                peers.Add(peer);
                await peer.ConnectAsync("127.0.0.1", node.Node.Address!.Value.Port);
                await peer.GetStream().WriteAsync(half);
            }

            foreach (var peer in peers) peer.Dispose();
        }

        long left, limit = TimeProvider.System.GetTimestamp();
        while ((left = GC.GetTotalMemory(forceFullCollection: true) - before) > Kept
            && TimeProvider.System.GetElapsedTime(limit) < TimeSpan.FromSeconds(60))
            await Task.Delay(100);
        Assert.InRange(left, long.MinValue, Kept); // of 480 MB that were sent
    }
}

/// <summary>Whoever measures the memory of the process runs beside nothing else.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessMemoryCollection
{
    public const string Name = "memory of the process";
}
