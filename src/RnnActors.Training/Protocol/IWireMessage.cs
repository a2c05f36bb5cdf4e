namespace RnnActors.Training.Protocol;

/// <summary>
/// A message that crosses from process to process: a sealed, immutable MessagePack record, known to <c>WireSerializer</c> by a name that never changes. Floats of a
/// model never travel in one: they take the tensor channel.
/// </summary>
public interface IWireMessage;

/// <summary>A message of a step of a run, which takes the tensor channel beside the numbers that it tells of, unless it is too long for that.</summary>
public interface IStepMessage : IWireMessage;
