namespace RnnActors.Training.Protocol;

/// <summary>
/// A message between processes: a sealed, immutable MessagePack record, which <c>WireSerializer</c> knows by a name that never changes. Model floats never
/// travel in one; they take the tensor channel.
/// </summary>
public interface IWireMessage;

/// <summary>A message of a step of a run. It travels by the tensor channel beside the floats that it announces, unless it is too long.</summary>
public interface IStepMessage : IWireMessage;
