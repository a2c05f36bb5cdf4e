using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace RnnActors.Training.Protocol;

/// <summary>Takes the place of a serializer of Akka's that would make objects of whatever type a message names: nothing goes out or comes in by it.</summary>
public abstract class RefusingSerializer(ExtendedActorSystem system) : Serializer(system)
{
    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object obj) =>
        throw new System.Runtime.Serialization.SerializationException($"{obj.GetType().Name} is not a message between processes.");

    public override object FromBinary(byte[] bytes, Type type) => throw WireSerializer.Refuse($"serializer {Identifier} is closed", null);
}

/// <summary>In the place of Newtonsoft's JSON, which names types.</summary>
public sealed class RefusingJsonSerializer : RefusingSerializer
{
    public RefusingJsonSerializer(ExtendedActorSystem system)
        : base(system)
    {
    }

    /// <summary>Akka makes its JSON serializer with a section of its configuration, and so this one.</summary>
    public RefusingJsonSerializer(ExtendedActorSystem system, Config config)
        : base(system) => _ = config;

    public override int Identifier => 1;
}

/// <summary>In the place of remote deployment, which creates actors for whoever asks.</summary>
public sealed class RefusingDeploymentSerializer(ExtendedActorSystem system) : RefusingSerializer(system)
{
    public override int Identifier => 3;
}
