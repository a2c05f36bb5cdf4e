using Akka.Configuration;
using Akka.Dispatch;

namespace RnnActors.Training.Hosting;

/// <summary>
/// A dispatcher that gives each actor a thread of its own, as Akka.NET's pinned one does, but one that sleeps at once when it has nothing to do. Akka's spins first, and
/// where as many threads compute as there are processors that is time of theirs: on two processors, an eighth of it.
/// </summary>
internal sealed class OwnThreads(Config config, IDispatcherPrerequisites prerequisites) : MessageDispatcherConfigurator(config, prerequisites)
{
    public override MessageDispatcher Dispatcher() => new PinnedDispatcher(
        this, Config.GetString("id"), Config.GetInt("throughput"), Config.GetTimeSpan("throughput-deadline-time").Ticks, new Factory(), Config.GetTimeSpan("shutdown-timeout"));

    private sealed class Factory : ExecutorServiceFactory
    {
        public override ExecutorService Produce(string id) => new OwnThread(id);
    }

    /// <summary>Runs what it is given, in order, until it is shut down and has done it all.</summary>
    private sealed class OwnThread : ExecutorService
    {
        private readonly object _lock = new();
        private readonly Queue<IRunnable> _waiting = [];
        private bool _isShut;

        public OwnThread(string id)
            : base(id) => new Thread(Work) { IsBackground = true, Name = id }.Start();

        public override void Execute(IRunnable run)
        {
            lock (_lock)
            {
                if (_isShut) throw new RejectedExecutionException($"{Id} is shut down");
                _waiting.Enqueue(run);
                Monitor.Pulse(_lock);
            }
        }

        public override void Shutdown()
        {
            lock (_lock)
            {
                _isShut = true;
                Monitor.Pulse(_lock);
            }
        }

        private void Work()
        {
            while (Next() is { } run) run.Run();
        }

        private IRunnable? Next()
        {
            lock (_lock)
            {
                while (_waiting.Count == 0)
                {
                    if (_isShut) return null;
                    Monitor.Wait(_lock);
                }

                return _waiting.Dequeue();
            }
        }
    }
}
