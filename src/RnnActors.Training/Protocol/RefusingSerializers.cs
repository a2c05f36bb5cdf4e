using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace RnnActors.Training.Protocol;

/// <summary>Replaces a serializer of Akka that would create objects of any type that a message names. It serializes nothing.</summary>
public abstract class RefusingSerializer(ExtendedActorSystem system) : Serializer(system)
{
    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object obj) =>
        throw new System.Runtime.Serialization.SerializationException($"{obj.GetType().Name} is not a message between processes.");

    public override object FromBinary(byte[] bytes, Type type) => throw WireSerializer.Refuse($"serializer {Identifier} is closed", null);
}

/// <summary>Replaces Newtonsoft's JSON, which names types.</summary>
public sealed class RefusingJsonSerializer : RefusingSerializer
{
    public RefusingJsonSerializer(ExtendedActorSystem system)
        : base(system)
    {
    }

    /// <summary>The constructor that Akka calls, with a section of its configuration.</summary>
    public RefusingJsonSerializer(ExtendedActorSystem system, Config config)
        : base(system) => _ = config;

    public override int Identifier => 1;
}

/// <summary>Replaces remote deployment, which creates actors for anyone.</summary>
public sealed class RefusingDeploymentSerializer(ExtendedActorSystem system) : RefusingSerializer(system)
{
    public override int Identifier => 3;
}
