using Akka.Configuration;
using Akka.TestKit;
using RnnActors.Training.ActorSystems;

namespace RnnActors.Training.Tests;

/// <summary>Actors whose timers go when the test says so.</summary>
public abstract class VirtualTimeKit() : PatientKit(
    ConfigurationFactory.ParseString("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"")
    .WithFallback(ActorSystemConfiguration.Local()))
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    protected void Advance(TimeSpan time) => ((TestScheduler)Sys.Scheduler).Advance(time);
}
