using Akka.Configuration;
using Akka.TestKit.Xunit2;
using RnnActors.Training.ActorSystems;

namespace RnnActors.Training.Tests;

/// <summary>Actors on a machine that may be busy: by itself the kit gives up what it waits for after three seconds.</summary>
public abstract class PatientKit(Config? config = null) : TestKit(
    ConfigurationFactory.ParseString(Patience).WithFallback(config ?? ActorSystemConfiguration.Local()))
{
    private const string Patience = "akka.test.single-expect-default = 60s\nakka.test.default-timeout = 60s";
}
