using Akka.Actor;
using Akka.TestKit.Xunit2;
using RnnActors.Training.Hosting;
using Xunit;

namespace RnnActors.Training.Tests.Hosting;

public sealed class OwnThreadsSpecs() : TestKit(LocalTraining.Configuration())
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task An_actor_keeps_its_thread_through_a_restart_and_shares_it_with_nobody()
    {
        IActorRef[] actors = [Create(), Create()];
        Thread[] threads = [await AskAsync(actors[0]), await AskAsync(actors[1])];
        Assert.NotSame(threads[0], threads[1]);
        Assert.All(threads, thread => Assert.True(thread.IsBackground));
        for (int i = 0; i < 100; i++) Assert.Same(threads[i % 2], await AskAsync(actors[i % 2]));
        actors[0].Tell(new InvalidOperationException("on purpose"));
        Assert.Same(threads[0], await AskAsync(actors[0]));
    }

    [Fact]
    public async Task Its_thread_ends_with_it()
    {
        var actor = Create();
        var thread = await AskAsync(actor);
        Sys.Stop(actor);
        Assert.True(thread.Join(Patience));
    }

    private IActorRef Create() => Sys.ActorOf(Akka.Actor.Props.Create(() => new Teller()).WithDispatcher(Dispatchers.Compute));

    private static async Task<Thread> AskAsync(IActorRef actor) => await actor.Ask<Thread>("thread", Patience);

    private sealed class Teller : ReceiveActor
    {
        public Teller()
        {
            Receive<string>(_ => Sender.Tell(Thread.CurrentThread));
            Receive<Exception>(error => throw error);
        }
    }
}
